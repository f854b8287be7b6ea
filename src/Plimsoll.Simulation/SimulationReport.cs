using Plimsoll.Metrics;
using Plimsoll.Metrics.Barrier;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Simulation;

/// <summary>What a simulated run means: the collector's report, with what only the replicas know.</summary>
public static class SimulationReport
{
    /// <summary>The report of a run; the host adds title, configuration, notes and wall time.</summary>
    public static RunReport Of(SimulationOutcome outcome, ulong seed) => RunReport.From(outcome.Metrics) with
    {
        Seed = seed,
        Partial = outcome.Partial,
        Series = outcome.Series,
        Kv = Kv(outcome),
        Batch = Batch(outcome),
        Barrier = outcome.Groups.Count == 0 ? null
            : BarrierSummary.Of([.. outcome.Groups.Select(group => group.Barrier)]) with { Loads = outcome.Groups[0].Loads },
        Energy = outcome.Scenario.Power is null ? null : outcome.Groups.Count == 0 ? Energy(outcome) : EnergyOfGroups(outcome),
        Prediction = outcome.Prediction is { } quality ? PredictionSummary.Of(quality) : null,
        Replicas = [.. outcome.Replicas.Select((replica, index) => Replica(outcome, replica, index))],
    };

    // Over the output tokens that steps computed and nobody lost, those of requests still in flight included.
    private static EnergySummary Energy(SimulationOutcome outcome) => EnergySummary.Of(
        outcome.Replicas.Sum(replica => Joules(outcome, replica)),
        outcome.Replicas.Sum(replica => (double)replica.Statistics.OutputTokens),
        SpanSeconds(outcome));

    private static double Joules(SimulationOutcome outcome, ReplicaOutcome replica) =>
        outcome.EnergyOf(replica)?.JoulesOver(SpanSeconds(outcome)) ?? double.NaN;

    private static EnergySummary EnergyOfGroups(SimulationOutcome outcome)
    {
        BarrierTotals[] groups = [.. outcome.Groups.Select(group => group.Barrier.Whole)];
        return EnergySummary.Of(
            groups.Sum(group => group.Joules),
            groups.Sum(group => (double)group.OutputTokens),
            groups.Sum(group => group.Seconds) / groups.Length);
    }

    private static double SpanSeconds(SimulationOutcome outcome) => outcome.Metrics.Elapsed.Seconds;

    private static bool IsLimited(SimulationOutcome outcome) =>
        outcome.Scenario.Replica.KvBlocks < Serving.Replica.ReplicaConfiguration.UnlimitedKvBlocks;

    private static KvSummary Kv(SimulationOutcome outcome)
    {
        bool limited = IsLimited(outcome);
        double blocks = outcome.Replicas.Sum(replica => (double)replica.KvBlocksTotal);
        double held = outcome.Replicas.Sum(replica => replica.Statistics.KvBlockSeconds);
        long lookedUp = outcome.Replicas.Sum(replica => replica.Statistics.PrefixLookupTokens);
        return new KvSummary(
            limited ? held / (blocks * SpanSeconds(outcome)) : double.NaN,
            limited ? outcome.Replicas.Max(replica => (double)replica.PeakKvBlocks / replica.KvBlocksTotal) : double.NaN,
            outcome.Replicas.Sum(replica => replica.Statistics.Preemptions),
            limited ? outcome.Replicas.Sum(replica => replica.KvBlocksTotal) : 0,
            outcome.Scenario.Replica.BlockTokens,
            lookedUp == 0 ? double.NaN : (double)outcome.Replicas.Sum(replica => replica.Statistics.PrefixHitTokens) / lookedUp)
        {
            EvictedTokens = outcome.Replicas.Sum(replica => replica.Statistics.EvictedTokens),
            LostOutputTokens = outcome.Replicas.Sum(replica => replica.Statistics.LostTokens),
        };
    }

    private static BatchSummary Batch(SimulationOutcome outcome)
    {
        long steps = outcome.Replicas.Sum(replica => replica.Statistics.Steps);
        double busySeconds = outcome.Replicas.Sum(BusySeconds);
        double running = outcome.Replicas.Sum(replica => (double)replica.Statistics.RunningPicoseconds * 1e-12);
        return new BatchSummary(
            steps,
            running / (SpanSeconds(outcome) * outcome.Replicas.Count),
            outcome.Replicas.Max(replica => replica.Statistics.PeakRunning),
            steps == 0 ? double.NaN : busySeconds / steps);
    }

    private static double BusySeconds(ReplicaOutcome replica) => (double)replica.Statistics.BusyPicoseconds * 1e-12;

    private static ReplicaSummary Replica(SimulationOutcome outcome, ReplicaOutcome replica, int index)
    {
        double span = SpanSeconds(outcome);
        bool limited = IsLimited(outcome);
        ReplicaTotals totals = index < outcome.Metrics.Replicas.Length ? outcome.Metrics.Replicas[index] : default;
        return new ReplicaSummary(
            index,
            totals.Requests,
            totals.OutputTokens,
            (double)replica.Statistics.RunningPicoseconds * 1e-12 / span,
            limited ? replica.Statistics.KvBlockSeconds / (replica.KvBlocksTotal * span) : double.NaN,
            limited ? (double)replica.PeakKvBlocks / replica.KvBlocksTotal : double.NaN,
            BusySeconds(replica) / span)
        {
            Joules = Joules(outcome, replica),
        };
    }
}
