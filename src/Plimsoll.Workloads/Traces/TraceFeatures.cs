namespace Plimsoll.Workloads.Traces;

/// <summary>What a request can carry besides its two lengths; says what a format keeps and what writing to it loses.</summary>
[Flags]
public enum TraceFeatures
{
    /// <summary>Lengths only.</summary>
    None = 0,

    /// <summary>Arrival times.</summary>
    Arrivals = 1,

    /// <summary>The request's own name.</summary>
    ExternalIds = 1 << 1,

    /// <summary>Sessions.</summary>
    Sessions = 1 << 2,

    /// <summary>Clients.</summary>
    Clients = 1 << 3,

    /// <summary>Models.</summary>
    Models = 1 << 4,

    /// <summary>LoRA adapters.</summary>
    Adapters = 1 << 5,

    /// <summary>Priorities.</summary>
    Priorities = 1 << 6,

    /// <summary>Deadlines.</summary>
    Deadlines = 1 << 7,

    /// <summary>Predicted bounds of the output length.</summary>
    OutputBounds = 1 << 8,

    /// <summary>Prefix hashes.</summary>
    PrefixHashes = 1 << 9,

    /// <summary>When the client hangs up.</summary>
    Cancellations = 1 << 10,

    /// <summary>The client's limit on output tokens.</summary>
    OutputLimits = 1 << 11,

    /// <summary>Times finer than 100 ns.</summary>
    Nanoseconds = 1 << 12,

    /// <summary>Times finer than a millisecond.</summary>
    Microseconds = 1 << 13,
}
