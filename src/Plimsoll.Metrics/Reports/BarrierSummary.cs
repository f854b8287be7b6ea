using Plimsoll.Metrics.Barrier;

namespace Plimsoll.Metrics.Reports;

/// <summary>What a barrier group lost by waiting for its slowest worker. Numbers that were not measured are not numbers.</summary>
/// <param name="Imbalance">Mean over steps of the summed gap between the largest load and each worker's, in tokens.</param>
/// <param name="IdleFraction">Mean over steps and workers of the share of the largest load that a worker's falls short of it.</param>
public sealed record BarrierSummary(double Imbalance, double IdleFraction)
{
    /// <summary>The imbalance as a mean over time.</summary>
    public double ImbalanceTimeWeighted { get; init; } = double.NaN;

    /// <summary>The idle fraction as a mean over time.</summary>
    public double IdleFractionTimeWeighted { get; init; } = double.NaN;

    /// <summary>Share of the workers' time in steps in which they waited for the slowest or had nothing to do.</summary>
    public double WaitingFraction { get; init; } = double.NaN;

    /// <summary>Steps measured, over all groups.</summary>
    public long Steps { get; init; }

    /// <summary>How long those of a group took together, the mean over groups.</summary>
    public double Seconds { get; init; } = double.NaN;

    /// <summary>Output tokens over that time, summed over groups.</summary>
    public double OutputTokensPerSecond { get; init; } = double.NaN;

    /// <summary>Energy of all workers until the last of them ended.</summary>
    public double Joules { get; init; } = double.NaN;

    /// <summary>The same over their output tokens.</summary>
    public double JoulesPerOutputToken { get; init; } = double.NaN;

    /// <summary>Mean over all requests that ended of the time from joining a worker to the end, over output tokens.</summary>
    public double SecondsPerOutputToken { get; init; } = double.NaN;

    /// <summary>
    /// The same over the whole run, if all the above stops with the last step before which requests joined, as published experiments do;
    /// null when it does not stop there.
    /// </summary>
    public BarrierSummary? WholeRun { get; init; }

    /// <summary>The loads over time, for plots; not part of the JSON.</summary>
    public IReadOnlyList<LoadSample> Loads { get; init; } = [];

    /// <summary>What the meters of all groups saw, of which there is at least one.</summary>
    public static BarrierSummary Of(IReadOnlyList<BarrierMeter> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        double perToken = groups.Sum(group => group.EndedRequests == 0 ? 0 : group.MeanSecondsPerOutputToken * group.EndedRequests)
            / groups.Sum(group => group.EndedRequests);
        return Of([.. groups.Select(group => group.UntilLastAssignment)], perToken) with
        {
            WholeRun = Of([.. groups.Select(group => group.Whole)], perToken),
        };
    }

    private static BarrierSummary Of(BarrierTotals[] groups, double secondsPerOutputToken)
    {
        // Steps of all groups as if one had run them.
        var all = new BarrierTotals { Workers = groups[0].Workers };
        foreach (BarrierTotals group in groups)
        {
            all.Add(group);
        }

        return new(all.MeanImbalanceTokens, all.IdleFraction)
        {
            ImbalanceTimeWeighted = all.TimeWeightedImbalanceTokens,
            IdleFractionTimeWeighted = all.TimeWeightedIdleFraction,
            WaitingFraction = all.WaitingFraction,
            Steps = all.Steps,
            Seconds = all.StepSeconds / groups.Length,
            OutputTokensPerSecond = groups.Where(group => group.Steps > 0).Sum(group => group.OutputTokensPerSecond),
            Joules = all.Joules,
            JoulesPerOutputToken = all.JoulesPerOutputToken,
            SecondsPerOutputToken = secondsPerOutputToken,
        };
    }
}
