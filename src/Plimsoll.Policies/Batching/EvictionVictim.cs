namespace Plimsoll.Policies.Batching;

/// <summary>Who gives memory back when the running requests need more than there is.</summary>
public enum EvictionVictim
{
    /// <summary>The most recently admitted one, when its turn or an earlier one's comes and finds no block.</summary>
    Newest,

    /// <summary>The last in the order of the queue, even if it was given tokens in this pass: they are taken back.</summary>
    LastInOrder,

    /// <summary>Before the step: the one with the smallest bound on its length, one by one until the rest fits.</summary>
    SmallestBound,

    /// <summary>Before the step: everybody.</summary>
    Everybody,

    /// <summary>Before the step: each with a probability, repeated until the rest fits.</summary>
    ByChance,
}
