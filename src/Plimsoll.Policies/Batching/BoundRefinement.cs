namespace Plimsoll.Policies.Batching;

/// <summary>How a lower bound on the output length learns from what a request has generated.</summary>
public enum BoundRefinement
{
    /// <summary>At eviction: at least what it had generated.</summary>
    AtEviction,

    /// <summary>While it runs: at least what it has generated.</summary>
    WhileRunning,

    /// <summary>At eviction: at least one more than it had generated.</summary>
    OneMoreAtEviction,
}
