namespace Plimsoll.Gateway.Backends;

/// <summary>What a circuit breaker lets through.</summary>
public enum BreakerState
{
    /// <summary>Everything.</summary>
    Closed,

    /// <summary>Nothing.</summary>
    Open,

    /// <summary>One request at a time, as a trial.</summary>
    HalfOpen,
}
