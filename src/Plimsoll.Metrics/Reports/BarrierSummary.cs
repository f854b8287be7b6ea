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

    /// <summary>Steps measured.</summary>
    public long Steps { get; init; }

    /// <summary>How long they took together.</summary>
    public double Seconds { get; init; } = double.NaN;

    /// <summary>Output tokens over that time.</summary>
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

    /// <summary>What a meter saw.</summary>
    public static BarrierSummary Of(BarrierMeter meter)
    {
        ArgumentNullException.ThrowIfNull(meter);
        return Of(meter.UntilLastAssignment, meter) with { WholeRun = Of(meter.Whole, meter) };
    }

    private static BarrierSummary Of(BarrierTotals totals, BarrierMeter meter) => new(totals.MeanImbalanceTokens, totals.IdleFraction)
    {
        ImbalanceTimeWeighted = totals.TimeWeightedImbalanceTokens,
        IdleFractionTimeWeighted = totals.TimeWeightedIdleFraction,
        Steps = totals.Steps,
        Seconds = totals.StepSeconds,
        OutputTokensPerSecond = totals.OutputTokensPerSecond,
        Joules = totals.Joules,
        JoulesPerOutputToken = totals.JoulesPerOutputToken,
        SecondsPerOutputToken = meter.MeanSecondsPerOutputToken,
    };
}
