using System.Runtime.InteropServices;
using Plimsoll.Core;

namespace Plimsoll.Gateway.Emulation;

/// <summary>A prompt as the engine sees it: how many tokens, and which content.</summary>
/// <param name="Tokens">Tokens, from 1.</param>
/// <param name="Hashes">One hash for each full block of tokens, equal where the text is equal up to there.</param>
internal sealed record PromptText(int Tokens, ulong[] Hashes)
{
    /// <summary>Characters of text that count as one token, rounded up at the end: about what English text has in the usual vocabularies.</summary>
    public const int CharactersPerToken = 4;

    /// <summary>A prompt of text.</summary>
    /// <param name="text">With roles and tools, as a template would write it.</param>
    /// <param name="identity">What must be equal beside the text, such as a salt.</param>
    /// <param name="blockTokens">Tokens in a block.</param>
    public static PromptText Of(ReadOnlySpan<char> text, ulong identity, int blockTokens) => new(
        Math.Max(1, (text.Length + CharactersPerToken - 1) / CharactersPerToken),
        Chain(MemoryMarshal.AsBytes(text), identity, sizeof(char) * CharactersPerToken * blockTokens));

    /// <summary>A prompt of token numbers.</summary>
    public static PromptText Of(ReadOnlySpan<int> tokens, ulong identity, int blockTokens) =>
        new(Math.Max(1, tokens.Length), Chain(MemoryMarshal.AsBytes(tokens), identity, sizeof(int) * blockTokens));

    private static ulong[] Chain(ReadOnlySpan<byte> bytes, ulong identity, int blockBytes)
    {
        var hashes = new ulong[bytes.Length / blockBytes];
        ulong hash = identity;
        for (int i = 0; i < hashes.Length; i++)
        {
            hash = StableHash.Extend(hash, bytes.Slice(i * blockBytes, blockBytes));
            hashes[i] = hash;
        }

        return hashes;
    }
}
