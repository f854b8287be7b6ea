namespace Plimsoll.Policies;

/// <summary>
/// What a policy must see beyond the identity and times of requests and replicas. A host refuses a policy that needs a signal it
/// cannot show; a simulation can show all of them.
/// </summary>
[Flags]
public enum Signals
{
    /// <summary>Nothing more: ids, arrival, now, and how many replicas there are.</summary>
    None = 0,

    /// <summary>Numbers of requests: queued, waiting, running, sent, in flight.</summary>
    Queue = 1,

    /// <summary>Prompt length of the request and tokens in flight.</summary>
    Tokens = 2,

    /// <summary>KV blocks used and present on each replica.</summary>
    KvMemory = 4,

    /// <summary>Leading prompt tokens believed to be cached on each replica.</summary>
    PrefixHits = 8,

    /// <summary>Which session a request belongs to.</summary>
    Session = 16,

    /// <summary>The time a request allows itself.</summary>
    Deadline = 32,

    /// <summary>The true output length: known in simulation only, so that a policy that needs it is an upper bound.</summary>
    TrueOutputLength = 64,

    /// <summary>The priority a request asks for.</summary>
    Priority = 128,

    /// <summary>A best guess of the output length.</summary>
    PredictedLength = 256,

    /// <summary>An interval in which the output length is believed to lie.</summary>
    LengthInterval = 512,

    /// <summary>Whether the output is believed to be short or long.</summary>
    LengthClass = 1024,

    /// <summary>Which client or tenant a request is for.</summary>
    Tenant = 2048,
}
