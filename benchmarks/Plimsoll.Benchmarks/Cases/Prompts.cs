using Plimsoll.Benchmarks.Setting;
using Plimsoll.Core;

namespace Plimsoll.Benchmarks.Cases;

/// <summary>Prompts that say what they contain.</summary>
internal static class Prompts
{
    /// <summary>A hash for each whole block of the prompt.</summary>
    public static RequestDetails Hashed(int promptTokens) => new()
    {
        BlockTokens = Production.BlockTokens,
        PrefixHashArray = [.. Enumerable.Range(1, promptTokens / Production.BlockTokens).Select(block => StableHash.Mix((ulong)block))],
    };

    /// <summary>The same first half, and a second half that only the prompts of this number have.</summary>
    public static RequestDetails HalfShared(int promptTokens, int number)
    {
        int blocks = promptTokens / Production.BlockTokens;
        return new RequestDetails
        {
            BlockTokens = Production.BlockTokens,
            PrefixHashArray =
            [
                .. Enumerable.Range(1, blocks)
                    .Select(block => StableHash.Mix(block <= blocks / 2 ? (ulong)block : StableHash.Combine((ulong)number, (ulong)block))),
            ],
        };
    }
}
