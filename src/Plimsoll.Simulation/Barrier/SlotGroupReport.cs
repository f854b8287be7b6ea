using Plimsoll.Metrics.Barrier;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Simulation.Barrier;

/// <summary>What a run of a barrier group of slots means: the collector's report, with what the barrier cost.</summary>
public static class SlotGroupReport
{
    /// <summary>The report of a run; the host adds title, configuration, notes and wall time.</summary>
    public static RunReport Of(SlotGroupOutcome outcome, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        BarrierTotals whole = outcome.Barrier.Whole;
        return RunReport.From(outcome.Metrics) with
        {
            Seed = seed,
            Partial = outcome.Partial,
            Series = outcome.Series,
            Batch = new BatchSummary(
                whole.Steps,
                whole.RequestSeconds / (whole.Seconds * whole.Workers),
                outcome.PeakRunningOnWorker,
                whole.StepSeconds / whole.Steps),
            Barrier = BarrierSummary.Of(outcome.Barrier) with { Loads = outcome.Loads },
            Energy = outcome.Scenario.Power is null ? null : new EnergySummary(whole.Joules, whole.JoulesPerOutputToken),
            Prediction = outcome.Prediction is { } quality ? PredictionSummary.Of(quality) : null,
        };
    }
}
