namespace Plimsoll.Metrics.Barrier;

/// <summary>One step of a barrier group, as far as its meter asks.</summary>
public readonly ref struct BarrierStep
{
    /// <summary>Each worker's load at its end, in KV tokens.</summary>
    public required ReadOnlySpan<long> LoadTokens { get; init; }

    /// <summary>How long it took: as long as its slowest worker.</summary>
    public required long Picoseconds { get; init; }

    /// <summary>Of that, what workers spent without work of their own, over all workers.</summary>
    public long WaitingPicoseconds { get; init; }

    /// <summary>Requests on the workers.</summary>
    public required long Requests { get; init; }

    /// <summary>Output tokens, less those that evicted requests lost with it.</summary>
    public required long OutputTokens { get; init; }

    /// <summary>Whether requests joined before it.</summary>
    public required bool FollowsAssignment { get; init; }

    /// <summary>Energy of all workers; not a number without a power model.</summary>
    public required double Joules { get; init; }
}
