using System.Runtime.InteropServices;
using Plimsoll.Core;
using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Gateway.Backends.KvEvents;

/// <summary>
/// Hashes of a prompt's prefixes over its tokens, block by block as the engine cuts them, so that what an engine says it stored and what a
/// client asks for can be compared. Engines' own hashes cannot be: each release makes them otherwise.
/// </summary>
internal static class TokenPrefixes
{
    /// <summary>Tokens that one hash of a request covers, about: as many as one hash of text.</summary>
    public const int UsualHashTokens = 128;

    /// <summary>Most hashes of one prompt: half a million tokens.</summary>
    public const int MostHashes = 4096;

    /// <summary>Tokens that one hash of a request covers where blocks have so many, from 1.</summary>
    public static int HashTokens(int blockTokens) => blockTokens * Math.Max(1, UsualHashTokens / blockTokens);

    /// <summary>Tokens between two prefixes that the dispatcher remembers.</summary>
    public static int PlaceTokens(int blockTokens) => HashTokens(blockTokens) * PrefixStride.HashesFor(HashTokens(blockTokens));

    /// <summary>The hash before the first block.</summary>
    /// <param name="adapter">What the prompt is computed with; null for the model itself.</param>
    /// <param name="blockTokens">Tokens in a block.</param>
    public static ulong Start(string? adapter, int blockTokens) => StableHash.Combine(StableHash.Of(adapter ?? ""), (ulong)blockTokens);

    /// <summary>The hash after one block more.</summary>
    public static ulong Extend(ulong before, ReadOnlySpan<int> block) => StableHash.Extend(before, MemoryMarshal.AsBytes(block));

    /// <summary>The hashes of a prompt, one for each <see cref="HashTokens"/> tokens; a rest has none.</summary>
    public static ulong[] Of(string? adapter, ReadOnlySpan<int> prompt, int blockTokens)
    {
        int blocks = HashTokens(blockTokens) / blockTokens;
        var hashes = new ulong[Math.Min(MostHashes, prompt.Length / (blocks * blockTokens))];
        ulong hash = Start(adapter, blockTokens);
        for (int block = 0; block < hashes.Length * blocks; block++)
        {
            hash = Extend(hash, prompt.Slice(block * blockTokens, blockTokens));
            hashes[block / blocks] = hash;
        }

        return hashes;
    }
}
