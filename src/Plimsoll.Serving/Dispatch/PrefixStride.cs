namespace Plimsoll.Serving.Dispatch;

/// <summary>How coarsely a dispatcher remembers prefixes: at every 512 tokens or so, whatever the block size.</summary>
public static class PrefixStride
{
    /// <summary>Tokens between two prefixes that are remembered, about.</summary>
    public const int Tokens = 512;

    /// <summary>Of a prompt's hashes, each of which covers so many tokens, every how many-th is remembered, from 1.</summary>
    public static int HashesFor(int hashTokens) => Math.Max(1, Tokens / hashTokens);
}
