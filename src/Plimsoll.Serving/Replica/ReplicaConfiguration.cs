using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Batching;

namespace Plimsoll.Serving.Replica;

/// <summary>What makes one replica: its rules, its memory and its speed.</summary>
/// <param name="Rules">How batches are composed.</param>
/// <param name="KvBlocks">KV blocks it has, from 1; <see cref="UnlimitedKvBlocks"/> for no memory limit.</param>
/// <param name="BlockTokens">Tokens in a block, from 1.</param>
/// <param name="StepTime">How long a step takes.</param>
public sealed record ReplicaConfiguration(BatchingRules Rules, long KvBlocks, int BlockTokens, IStepTimeModel StepTime)
{
    /// <summary>As good as infinite: 2⁵⁰ blocks.</summary>
    public const long UnlimitedKvBlocks = 1L << 50;

    /// <summary>
    /// Whether the token that a step produces takes its place in memory in that step, as theory counts (s + k tokens after the k-th), and
    /// not in the next one, which computes its keys and values, as engines do.
    /// </summary>
    public bool CountsNewToken { get; init; }

    /// <summary>Whether every stay in the batch is kept until its owner has read it: for pictures of small runs.</summary>
    public bool RecordsStays { get; init; }

    /// <summary>Whether its <see cref="ReplicaEngine.Activity"/> is kept: for accounts of energy.</summary>
    public bool RecordsActivity { get; init; }

    /// <summary>Whether predictions are kept even where its rules do not ask for them.</summary>
    internal bool KeepsPredictions { get; init; }
}
