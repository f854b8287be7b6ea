using Plimsoll.Performance.StepTime;

namespace Plimsoll.Calibration.Replay;

/// <summary>The weighted mean of two step times, for when measurements do not tell which of two forms is right.</summary>
/// <param name="first">One.</param>
/// <param name="second">The other.</param>
/// <param name="share">Weight of the first, from 0 to 1.</param>
public sealed class MeanStepTime(IStepTimeModel first, IStepTimeModel second, double share) : IStepTimeModel
{
    /// <inheritdoc/>
    public long StepPicoseconds(in BatchShape shape)
    {
        if (shape.PrefillSequences > 0)
        {
            return Mean(first.StepPicoseconds(shape), second.StepPicoseconds(shape));
        }

        DecodeLine line = DecodeLineAt(shape.DecodeSequences, shape.DecodeContextTokens, shape.DecodePromptTokens);
        return line.BasePicoseconds + (line.PicosecondsPerContextToken * shape.DecodeContextTokens);
    }

    /// <inheritdoc/>
    public DecodeLine DecodeLineAt(int sequences, long contextTokens) => DecodeLineAt(sequences, contextTokens, 0);

    /// <inheritdoc/>
    public DecodeLine DecodeLineAt(int sequences, long contextTokens, long promptTokens)
    {
        DecodeLine one = first.DecodeLineAt(sequences, contextTokens, promptTokens);
        DecodeLine other = second.DecodeLineAt(sequences, contextTokens, promptTokens);
        return new DecodeLine(
            Mean(one.BasePicoseconds, other.BasePicoseconds),
            Mean(one.PicosecondsPerContextToken, other.PicosecondsPerContextToken),
            Math.Min(one.ValidThroughContextTokens, other.ValidThroughContextTokens));
    }

    private long Mean(long one, long other) => (long)Math.Round((share * one) + ((1 - share) * other));
}
