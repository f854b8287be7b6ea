namespace Plimsoll.Performance.StepTime;

/// <summary>
/// Answers one question: how much of a step's time do its prompts take? What the step takes beyond its decodes alone, which is all of it
/// where nothing decodes: a convention, as a mixed step computes both at once.
/// </summary>
public static class PromptTime
{
    /// <summary>That time in picoseconds, from 0 to <paramref name="stepPicoseconds"/>.</summary>
    /// <param name="stepTime">Times the steps.</param>
    /// <param name="shape">The step.</param>
    /// <param name="stepPicoseconds">How long it takes.</param>
    public static long PicosecondsOf(IStepTimeModel stepTime, in BatchShape shape, long stepPicoseconds)
    {
        ArgumentNullException.ThrowIfNull(stepTime);
        if (shape.PrefillSequences == 0)
        {
            return 0;
        }

        BatchShape decodes = shape with { PrefillTokens = 0, PrefillSequences = 0, PrefillAttentionPairs = 0 };
        return decodes.IsEmpty ? stepPicoseconds : Math.Max(0, stepPicoseconds - stepTime.StepPicoseconds(decodes));
    }
}
