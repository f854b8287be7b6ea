namespace Plimsoll.Policies.Batching;

/// <summary>What waits and runs on a replica, as a gate sees it before a step.</summary>
public readonly ref struct StepDemand
{
    /// <summary>Requests that wait, by type; those that lost their memory included.</summary>
    public required ReadOnlySpan<int> Waiting { get; init; }

    /// <summary>Requests that run, paused ones included.</summary>
    public required int Running { get; init; }

    /// <summary>Of those that run: how many stand at each boundary, about to enter its segment.</summary>
    public required ReadOnlySpan<int> AtBoundary { get; init; }

    /// <summary>Most requests that may run, from 1.</summary>
    public required int MaxSequences { get; init; }

    /// <summary>KV tokens the replica holds, from 1.</summary>
    public required long KvTokens { get; init; }

    /// <summary>Whether somebody was held back for as long as patience lasts: everybody takes part, whatever has gathered.</summary>
    public required bool OutOfPatience { get; init; }
}
