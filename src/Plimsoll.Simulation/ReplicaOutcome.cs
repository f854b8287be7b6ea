using Plimsoll.Serving.Barrier;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Simulation;

/// <summary>What one engine did in a run.</summary>
/// <param name="Statistics">Sums over its steps.</param>
/// <param name="PeakKvBlocks">Most KV blocks held at once.</param>
/// <param name="KvBlocksTotal">KV blocks it has.</param>
public sealed record ReplicaOutcome(ReplicaStatistics Statistics, long PeakKvBlocks, long KvBlocksTotal)
{
    /// <summary>What its steps were; null in groups and when nobody asks for energy.</summary>
    public StepActivity? Activity { get; init; }

    internal static IEnumerable<ReplicaOutcome> Of(IReplica replica) => replica is LockstepGroup group
        ? Enumerable.Range(0, group.Workers)
            .Select(worker => new ReplicaOutcome(group.StatisticsOf(worker), group.PeakKvBlocks(worker), group.KvBlocksPerWorker))
        : [Of((ReplicaEngine)replica)];

    private static ReplicaOutcome Of(ReplicaEngine engine) =>
        new(engine.Statistics, engine.PeakKvBlocks, engine.KvBlocksTotal) { Activity = engine.Activity };
}
