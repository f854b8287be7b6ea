namespace Plimsoll.Policies.Batching.SortedF;

/// <summary>When memory is taken to suffice for requests that are started together.</summary>
public enum BatchFeasibility
{
    /// <summary>The sum of their peaks s + o is within the capacity, as published: sufficient, and more than is needed.</summary>
    Peak,

    /// <summary>
    /// At each of their completions those still running hold no more than the capacity: the look-ahead of scheduling theory, section 4.1,
    /// for a batch that starts on an empty replica.
    /// </summary>
    Exact,
}
