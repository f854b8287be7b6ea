using Plimsoll.Performance.StepTime;

namespace Plimsoll.Calibration.Replay;

/// <summary>
/// Another model's times by a factor, and affine terms on top. A line in the decode context stays one: base and slope are scaled and
/// rounded once to whole picoseconds, and decode-only steps are read off that line.
/// </summary>
/// <param name="model">The other model.</param>
/// <param name="factor">Above 0.</param>
/// <param name="extra">What comes on top; context tokens only in steps that mix.</param>
public sealed class CorrectedStepTime(IStepTimeModel model, double factor, AffineTerms extra) : IStepTimeModel
{
    private readonly long _constant = Picoseconds.FromSeconds(extra.Constant);
    private readonly long _perPrefillToken = Picoseconds.FromSeconds(extra.PerPrefillToken);
    private readonly long _perSequence = Picoseconds.FromSeconds(extra.PerSequence);
    private readonly long _perContextTokenMixed = Picoseconds.FromSeconds(extra.PerContextTokenMixed);

    /// <inheritdoc/>
    public long StepPicoseconds(in BatchShape shape)
    {
        if (shape.PrefillSequences == 0)
        {
            DecodeLine line = DecodeLineAt(shape.DecodeSequences, shape.DecodeContextTokens, shape.DecodePromptTokens);
            return line.BasePicoseconds + (line.PicosecondsPerContextToken * shape.DecodeContextTokens);
        }

        return Scaled(model.StepPicoseconds(shape))
            + _constant
            + (_perPrefillToken * shape.PrefillTokens)
            + (_perSequence * shape.DecodeSequences)
            + (_perContextTokenMixed * shape.DecodeContextTokens);
    }

    /// <inheritdoc/>
    public DecodeLine DecodeLineAt(int sequences, long contextTokens) => DecodeLineAt(sequences, contextTokens, 0);

    /// <inheritdoc/>
    public DecodeLine DecodeLineAt(int sequences, long contextTokens, long promptTokens)
    {
        DecodeLine line = model.DecodeLineAt(sequences, contextTokens, promptTokens);
        return new DecodeLine(
            Scaled(line.BasePicoseconds) + _constant + (_perSequence * sequences),
            Scaled(line.PicosecondsPerContextToken),
            line.ValidThroughContextTokens);
    }

    private long Scaled(long picoseconds) => (long)Math.Round(picoseconds * factor);
}
