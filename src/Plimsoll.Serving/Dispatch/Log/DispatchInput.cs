using Plimsoll.Core;

namespace Plimsoll.Serving.Dispatch.Log;

/// <summary>
/// One thing that a host tells the dispatcher, as a value: what it was told, in order, is all that its decisions depend on beside its
/// configuration and its seed.
/// </summary>
public readonly record struct DispatchInput
{
    /// <summary>What happened.</summary>
    public required DispatchInputKind Kind { get; init; }

    /// <summary>When.</summary>
    public required Instant Now { get; init; }

    /// <summary>Arrived and retried: the request. Cancelled: only its id counts.</summary>
    public InferenceRequest Request { get; init; }

    /// <summary>Reported: what the replica says.</summary>
    public ReplicaReport Report { get; init; }

    /// <summary>Ended, retried, windowed, forgotten, stored and removed: which replica.</summary>
    public int Replica { get; init; }

    /// <summary>Ended and retried: the tokens of work that were charged to the replica.</summary>
    public int ChargedTokens { get; init; }

    /// <summary>Ended: what the tenant had of it.</summary>
    public ServedTokens Served { get; init; }

    /// <summary>Windowed: most requests in flight there; null for no limit.</summary>
    public int? WindowRequests { get; init; }

    /// <summary>Forgotten: tokens that it may still hold, from 0 for nothing.</summary>
    public long KeptTokens { get; init; }

    /// <summary>Stored and removed: the hashes of the prefixes.</summary>
    public ulong[]? Prefixes { get; init; }

    /// <summary>Reconfigured: the policies from now on.</summary>
    public DispatcherConfiguration? Configuration { get; init; }
}
