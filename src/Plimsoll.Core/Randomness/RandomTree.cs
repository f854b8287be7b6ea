namespace Plimsoll.Core;

/// <summary>
/// All randomness of a run: one root seed, split by name. Streams with different names are independent of each other and of
/// the order in which they are asked for, so that two policies face the same traffic.
/// </summary>
/// <param name="Seed">The root seed.</param>
public readonly record struct RandomTree(ulong Seed)
{
    /// <summary>The stream called <paramref name="name"/>, always from its beginning.</summary>
    public RandomStream Stream(string name) => new(Derive(name));

    /// <summary>The tree of replication <paramref name="index"/> (0-based); replication 0 is this tree itself.</summary>
    public RandomTree Replication(int index) =>
        index == 0 ? this : new RandomTree(StableHash.Combine(StableHash.Of("replication"), Seed, (ulong)index));

    private ulong Derive(string name) => StableHash.Combine(Seed, StableHash.Of(name));
}
