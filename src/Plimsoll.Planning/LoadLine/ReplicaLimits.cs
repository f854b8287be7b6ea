using Plimsoll.Performance.StepTime;

namespace Plimsoll.Planning.LoadLine;

/// <summary>What one replica has: memory, time, and what its scheduler allows in a step.</summary>
public sealed record ReplicaLimits
{
    /// <summary>M: KV tokens, above 0; infinity for no limit.</summary>
    public required double KvTokens { get; init; }

    /// <summary>How long a step takes.</summary>
    public required IStepTimeModel StepTime { get; init; }

    /// <summary>Tokens in a KV block, from 1: on average a request holds (block − 1)/2 more than it needs.</summary>
    public int BlockTokens { get; init; } = 1;

    /// <summary>Most tokens computed in a step; infinity for no limit.</summary>
    public double TokenBudget { get; init; } = double.PositiveInfinity;

    /// <summary>Most requests resident at once; infinity for no limit.</summary>
    public double MaxSequences { get; init; } = double.PositiveInfinity;
}
