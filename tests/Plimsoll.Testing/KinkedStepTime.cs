using Plimsoll.Performance.StepTime;

namespace Plimsoll.Testing;

/// <summary>Decode steps whose time rises and falls with the context, kink after kink; prompts at a flat rate.</summary>
public sealed class KinkedStepTime : IStepTimeModel
{
    private const long Piece = 40;
    private const long Slope = 31_000_003;

    /// <inheritdoc/>
    public long StepPicoseconds(in BatchShape shape)
    {
        DecodeLine line = DecodeLineAt(shape.DecodeSequences, shape.DecodeContextTokens);
        return line.BasePicoseconds + (line.PicosecondsPerContextToken * shape.DecodeContextTokens) + (7_000_001 * shape.PrefillTokens);
    }

    /// <inheritdoc/>
    public DecodeLine DecodeLineAt(int sequences, long contextTokens)
    {
        long piece = contextTokens / Piece;
        long level = 1_000_000_007L + (1_000_033L * sequences);
        return piece % 2 == 0
            ? new DecodeLine(level - (Slope * piece * Piece), Slope, ((piece + 1) * Piece) - 1)
            : new DecodeLine(level + (Slope * (piece + 1) * Piece), -Slope, ((piece + 1) * Piece) - 1);
    }
}
