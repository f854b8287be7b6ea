using Plimsoll.Performance.StepTime;

namespace Plimsoll.Calibration.Validation;

/// <summary>Times of a batch that is served from beginning to end without change.</summary>
/// <param name="stepTime">Time of its steps.</param>
/// <param name="sequences">Requests, from 1.</param>
internal sealed class StaticBatch(IStepTimeModel stepTime, int sequences)
{
    /// <summary>Seconds of the step or steps that compute all prompts, at most so many tokens in each.</summary>
    public double PromptSeconds(int promptTokens, int tokenBudget)
    {
        long picoseconds = 0;
        int together = Math.Clamp(tokenBudget / promptTokens, 1, sequences);
        for (int left = sequences; left > 0; left -= together)
        {
            long prompts = Math.Min(left, together);
            long pairs = prompts * promptTokens * promptTokens;
            picoseconds += stepTime.StepPicoseconds(new BatchShape(prompts * promptTokens, (int)prompts, pairs, 0, 0));
        }

        return picoseconds / 1e12;
    }

    /// <summary>Seconds of all the decode steps from the second output token to the last.</summary>
    public double DecodeSeconds(int promptTokens, int outputTokens)
    {
        double picoseconds = 0;
        for (int k = 1; k < outputTokens; k++)
        {
            picoseconds += stepTime.StepPicoseconds(new BatchShape(0, 0, 0, sequences, (long)sequences * (promptTokens + k)));
        }

        return picoseconds / 1e12;
    }
}
