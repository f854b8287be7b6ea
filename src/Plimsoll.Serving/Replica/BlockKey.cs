using Plimsoll.Core;

namespace Plimsoll.Serving.Replica;

/// <summary>What a block of a replica's prefix cache is found by.</summary>
public static class BlockKey
{
    /// <summary>Key of a block: the hash that covers its last token stands for everything before it, and its place for the rest.</summary>
    /// <param name="hash">The prefix hash that covers its last token.</param>
    /// <param name="block">Number of the block in its prompt, from 0.</param>
    /// <param name="salt">What keeps equal hashes apart, such as an adapter; 0 for nothing.</param>
    public static ulong Of(ulong hash, int block, ulong salt = 0) => StableHash.Mix((hash ^ salt) + ((ulong)block * 0x9E3779B97F4A7C15));
}
