using Plimsoll.Serving.Replica;

namespace Plimsoll.Simulation;

/// <summary>What one replica did in a run.</summary>
/// <param name="Statistics">Sums over its steps.</param>
/// <param name="PeakKvBlocks">Most KV blocks held at once.</param>
/// <param name="KvBlocksTotal">KV blocks it has.</param>
public sealed record ReplicaOutcome(ReplicaStatistics Statistics, long PeakKvBlocks, long KvBlocksTotal)
{
    internal static ReplicaOutcome Of(ReplicaEngine replica) => new(replica.Statistics, replica.PeakKvBlocks, replica.KvBlocksTotal);
}
