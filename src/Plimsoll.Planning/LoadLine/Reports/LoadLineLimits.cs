using Plimsoll.Metrics.Reports;

namespace Plimsoll.Planning.LoadLine.Reports;

/// <summary>Where the theory behind a load line stops being true, said of the case at hand.</summary>
public static class LoadLineLimits
{
    private const double LargeFraction = 0.1;
    private const double TightBudget = 0.5;
    private const double UnevenSteps = 1.1;

    /// <summary>Sentences; none where the theory holds well.</summary>
    public static IEnumerable<string> Of(LoadLineEstimate line)
    {
        RequestMoments moments = line.Moments;
        if (line.MaxFraction > LargeFraction)
        {
            yield return $"One request may need {Units.Percent(line.MaxFraction)} of memory: the guaranteed rate is far below the line, and "
                + "policies that stop at the first request that does not fit waste memory. Measure with --verify.";
        }

        double tokens = line.RequestsPerStep * moments.ComputedTokens;
        if (line.Binding != BindingLimit.Compute && tokens > TightBudget * line.Limits.TokenBudget)
        {
            yield return $"A mean step computes {Units.Number(tokens)} of {Units.Number(line.Limits.TokenBudget)} tokens: in bursts of prompts "
                + "the budget binds although memory does on average, and the line is a little lower.";
        }

        double low = line.StepSecondsAt(line.RequestsPerStep / 2);
        if (line.StepSeconds > UnevenSteps * low)
        {
            yield return $"The time of a step depends on the load: {Units.Seconds(low)} at half the batch, {Units.Seconds(line.StepSeconds)} at the line. "
                + "The theorems assume a constant one; the line is taken at the mean saturated batch. Policies that evict compute prompts again, "
                + "and the line does not count that time (5 % in the published setting with linear steps): measure with --verify.";
        }

        if (moments.ChunkError > 0.001)
        {
            yield return $"Moments of the number of chunks were integrated: the rate under peak reservation is off by less than {Units.Percent(moments.ChunkError)}.";
        }

        if (moments.Cached > 0)
        {
            yield return $"Prefix caching: {Units.Percent(moments.Cached / moments.Prompt)} of prompt tokens are taken from a cache that forgets nothing and are not "
                + "computed again; content that requests use at the same time is held once, as if its users came independently. Both are the best case.";
        }
    }
}
