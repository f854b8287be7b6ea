using Plimsoll.Core;

namespace Plimsoll.Gateway.OpenAi;

/// <summary>
/// Hashes of a prompt's prefixes: equal hashes mean equal text up to there, for one model and one salt. The text is taken as it stands in
/// the body, so that nothing is decoded; conversations that a client writes in another way look different, which costs a cache hit and no
/// more.
/// </summary>
public static class PromptPrefixes
{
    /// <summary>Bytes of text that one hash covers; a last block that is not full has no hash.</summary>
    public const int BlockBytes = 512;

    /// <summary>Most blocks that are hashed: two megabytes of text.</summary>
    public const int MostBlocks = 4096;

    /// <summary>The hashes, first block first.</summary>
    /// <param name="identity">What must be equal beside the text: model, salt, tools.</param>
    /// <param name="prompt">The prompt as it stands in the body.</param>
    public static ulong[] Of(ulong identity, ReadOnlySpan<byte> prompt)
    {
        var hashes = new ulong[Math.Min(MostBlocks, prompt.Length / BlockBytes)];
        ulong hash = identity;
        for (int i = 0; i < hashes.Length; i++)
        {
            hash = StableHash.Extend(hash, prompt.Slice(i * BlockBytes, BlockBytes));
            hashes[i] = hash;
        }

        return hashes;
    }
}
