using Plimsoll.Core;

namespace Plimsoll.Serving.Dispatch;

/// <summary>
/// All that a dispatcher's next decisions depend on, at one instant: one that is made from it decides as the first would have. A copy,
/// which nobody changes.
/// </summary>
public sealed record DispatcherState
{
    /// <summary>The policies; the window in it is not looked at.</summary>
    public required DispatcherConfiguration Configuration { get; init; }

    /// <summary>The chance that routing will have, as four words.</summary>
    public required ulong[] Random { get; init; }

    /// <summary>What the admission policy remembers; empty if nothing.</summary>
    public required ulong[] Admission { get; init; }

    /// <summary>What the ordering policy remembers; empty if nothing.</summary>
    public required ulong[] Ordering { get; init; }

    /// <summary>What the routing policy remembers; empty if nothing.</summary>
    public required ulong[] Routing { get; init; }

    /// <summary>The replicas, by number.</summary>
    public required ReplicaView[] Replicas { get; init; }

    /// <summary>Most requests in flight on each; <see cref="int.MaxValue"/> for no limit.</summary>
    public required int[] Windows { get; init; }

    /// <summary>Requests that are held, in order of their numbers.</summary>
    public required InferenceRequest[] Queued { get; init; }

    /// <summary>What is believed to be cached; null where no policy looks at it.</summary>
    public required PrefixMemory? Prefixes { get; init; }
}
