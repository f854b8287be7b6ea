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
}
