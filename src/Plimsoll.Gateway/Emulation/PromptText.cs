using System.Runtime.InteropServices;
using Plimsoll.Core;

namespace Plimsoll.Gateway.Emulation;

/// <summary>A prompt as the engine sees it: how many tokens, and which content.</summary>
/// <param name="Tokens">Tokens, from 1.</param>
/// <param name="Hashes">One hash for each full block of tokens, equal where the tokens are equal up to there.</param>
internal sealed record PromptText(int Tokens, ulong[] Hashes)
{
    /// <summary>
    /// Characters of text that count as one token, rounded up at the end: about what English text has in the usual vocabularies.
    /// </summary>
    public const int CharactersPerToken = 4;

    /// <summary>The numbers of its tokens, as many as there are; empty where only their count matters.</summary>
    public int[] TokenIds { get; private init; } = [];

    /// <summary>Whether it is kept apart from equal prompts.</summary>
    public bool IsSalted { get; private init; }

    /// <summary>A prompt of text.</summary>
    /// <param name="text">With roles and tools, as a template would write it.</param>
    /// <param name="identity">What must be equal beside the text, such as a salt.</param>
    /// <param name="isSalted">Whether a salt is in that.</param>
    /// <param name="blockTokens">Tokens in a block.</param>
    public static PromptText Of(ReadOnlySpan<char> text, ulong identity, bool isSalted, int blockTokens)
    {
        int[] tokens = new int[Math.Max(1, (text.Length + CharactersPerToken - 1) / CharactersPerToken)];
        for (int i = 0; i < tokens.Length; i++)
        {
            ReadOnlySpan<char> characters = text[Math.Min(text.Length, i * CharactersPerToken)..];
            tokens[i] = TokenOf(characters[..Math.Min(CharactersPerToken, characters.Length)]);
        }

        return Of(tokens, identity, isSalted, blockTokens);
    }

    /// <summary>A prompt of token numbers.</summary>
    public static PromptText Of(int[] tokens, ulong identity, bool isSalted, int blockTokens) =>
        new(Math.Max(1, tokens.Length), Chain(MemoryMarshal.AsBytes<int>(tokens), identity, sizeof(int) * blockTokens))
        {
            TokenIds = tokens,
            IsSalted = isSalted,
        };

    // As many numbers as there can be, so that hardly any two pieces of text share one.
    private static int TokenOf(ReadOnlySpan<char> characters) => (int)(StableHash.Extend(0, MemoryMarshal.AsBytes(characters)) >> 33);

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
