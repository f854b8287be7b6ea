namespace Plimsoll.Performance.StepTime;

/// <summary>
/// Answers one question: how long does a step of this shape take? Pure, quantised once to whole picoseconds, and a straight line
/// in the decode context between kinks, so that an engine may leap over many steps and land exactly where ticking would.
/// </summary>
public interface IStepTimeModel
{
    /// <summary>Time of one step in picoseconds, at least 1. The shape is not empty.</summary>
    long StepPicoseconds(in BatchShape shape);

    /// <summary>
    /// The line on which decode-only steps of <paramref name="sequences"/> (from 1) lie at <paramref name="contextTokens"/>. For every
    /// context c from there through the line's end, <see cref="StepPicoseconds"/> of the decode-only shape equals the line at c.
    /// </summary>
    DecodeLine DecodeLineAt(int sequences, long contextTokens);

    /// <summary>
    /// The same line where <paramref name="promptTokens"/> of the context are prompts, for models that tell the two apart.
    /// </summary>
    DecodeLine DecodeLineAt(int sequences, long contextTokens, long promptTokens) => DecodeLineAt(sequences, contextTokens);
}
