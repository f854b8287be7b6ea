namespace Plimsoll.Serving.Dispatch;

/// <summary>What a table of prefixes remembers, at one instant.</summary>
public sealed record PrefixMemory
{
    /// <summary>The prefixes, by place.</summary>
    public required ulong[] Hashes { get; init; }

    /// <summary>Number of the set of replicas that is believed to hold each of them.</summary>
    public required int[] SetOf { get; init; }

    /// <summary>Whether each was used since the hand last came by.</summary>
    public required bool[] UsedLately { get; init; }

    /// <summary>The sets, one bit a replica, 64 a word, one set after the other; the first is empty.</summary>
    public required ulong[] SetBits { get; init; }

    /// <summary>The place that is looked at next when room is needed.</summary>
    public required int Hand { get; init; }
}
