using Plimsoll.Core;

namespace Plimsoll.LoadGen.Prompts;

/// <summary>
/// Which parts of a prompt are shared with other prompts. Prefix hashes of the trace are kept: equal hashes become equal text, so that
/// sessions and shared prefixes find in the server's cache what they found in the recorded one. What no hash covers is unlike any other
/// prompt's, which keeps a prefix cache from flattering the server.
/// </summary>
public sealed class PromptLayout
{
    private readonly ulong _seed;
    private readonly int _sharedTokens;
    private readonly int _groups;

    /// <param name="seed">Root of all text.</param>
    /// <param name="sharedTokens">
    /// Leading tokens that prompts of a group have in common, from 0; for requests without prefix hashes.
    /// </param>
    /// <param name="groups">Number of groups, from 1; requests take them in turn.</param>
    public PromptLayout(ulong seed, int sharedTokens = 0, int groups = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sharedTokens);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        (_seed, _sharedTokens, _groups) = (seed, sharedTokens, groups);
    }

    /// <summary>Fills the parts of a prompt, in order and without gaps.</summary>
    /// <param name="request">The request.</param>
    /// <param name="number">Its number in the run.</param>
    /// <param name="tokens">Tokens to cover.</param>
    /// <param name="parts">Where the parts go; cleared first.</param>
    public void Fill(in InferenceRequest request, long number, int tokens, List<PromptPart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        parts.Clear();
        int covered = 0;
        ulong[] hashes = request.Details?.PrefixHashArray ?? [];
        int block = request.Details?.BlockTokens ?? 0;
        for (int i = 0; i < hashes.Length && covered < tokens; i++)
        {
            int to = (int)Math.Min(tokens, (i + 1L) * block);
            parts.Add(new PromptPart(StableHash.Combine(_seed, 1, hashes[i]), covered, to));
            covered = to;
        }

        int shared = Math.Min(_sharedTokens, tokens);
        if (hashes.Length == 0 && shared > 0)
        {
            parts.Add(new PromptPart(StableHash.Combine(_seed, 2, (ulong)(number % _groups)), 0, shared));
            covered = shared;
        }

        if (covered < tokens)
        {
            parts.Add(new PromptPart(StableHash.Combine(_seed, 3, (ulong)number), covered, tokens));
        }
    }
}
