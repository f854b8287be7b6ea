using Plimsoll.Metrics.Barrier;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Simulation.Barrier;

/// <summary>
/// What a run of a barrier group of slots means: the collector's report, with what the barrier cost. Output tokens per second and energy
/// stop with the last step before which requests joined, as all published numbers of this setting do: the group then only empties. What the
/// whole run took is with the barrier.
/// </summary>
public static class SlotGroupReport
{
    /// <summary>The report of a run; the host adds title, configuration, notes and wall time.</summary>
    public static RunReport Of(SlotGroupOutcome outcome, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        BarrierTotals whole = outcome.Barrier.Whole;
        BarrierTotals filled = outcome.Barrier.UntilLastAssignment;
        RunReport report = RunReport.From(outcome.Metrics);
        return report with
        {
            Throughput = report.Throughput with { OutputTokensPerSecond = filled.Seconds > 0 ? filled.OutputTokens / filled.Seconds : 0 },
            Seed = seed,
            Partial = outcome.Partial,
            Series = outcome.Series,
            Batch = new BatchSummary(
                whole.Steps,
                whole.RequestSeconds / (whole.Seconds * whole.Workers),
                outcome.PeakRunningOnWorker,
                whole.StepSeconds / whole.Steps),
            Barrier = BarrierSummary.Of([outcome.Barrier]) with { Loads = outcome.Loads },
            Energy = outcome.Scenario.Power is null ? null : EnergySummary.Of(filled.Joules, filled.OutputTokens, filled.Seconds),
            Prediction = outcome.Prediction is { } quality ? PredictionSummary.Of(quality) : null,
        };
    }
}
