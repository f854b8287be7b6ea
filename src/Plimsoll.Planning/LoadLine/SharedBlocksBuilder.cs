using System.Runtime.InteropServices;
using Plimsoll.Core;

namespace Plimsoll.Planning.LoadLine;

/// <summary>Finds which content requests share, by the hashes they bring.</summary>
/// <param name="chunkTokens">Prompt tokens a step adds to a request.</param>
internal sealed class SharedBlocksBuilder(double chunkTokens)
{
    private readonly Dictionary<ulong, Use> _uses = [];
    private long _requests;

    /// <summary>Takes in a request; returns how many tokens its prompt has in common with the beginning of earlier ones.</summary>
    public int Add(in InferenceRequest request)
    {
        _requests++;
        if (request.Details is not { BlockTokens: > 0 } details)
        {
            return 0;
        }

        ulong[] hashes = details.PrefixHashArray;
        int found = 0;
        while (found < hashes.Length && _uses.ContainsKey(hashes[found]))
        {
            found++;
        }

        // The last token is computed in any case: the first output follows from it.
        int cached = (int)Math.Min((long)found * details.BlockTokens, request.PromptTokens - 1);
        double prompt = request.PromptTokens;
        for (int i = 0; i < hashes.Length; i++)
        {
            double from = Math.Min(prompt, (double)i * details.BlockTokens);
            double to = Math.Min(prompt, from + details.BlockTokens);
            double waits = to <= cached ? (prompt - cached) / chunkTokens : ((prompt - ((from + to) / 2)) / chunkTokens) + 0.5;
            ref Use use = ref CollectionsMarshal.GetValueRefOrAddDefault(_uses, hashes[i], out _);
            use.Requests++;
            use.Steps += waits + request.OutputTokens;
            use.Tokens = Math.Max(use.Tokens, to - from);
        }

        return cached;
    }

    /// <summary>What is shared; null when nothing is.</summary>
    public SharedBlocks? Build()
    {
        // In a fixed order, so that sums come out the same on every run.
        Use[] shared = [.. _uses.Where(pair => pair.Value.Requests > 1).OrderBy(pair => pair.Key).Select(pair => pair.Value)];
        return shared.Length == 0 ? null : new SharedBlocks(
            [.. shared.Select(use => use.Tokens)],
            [.. shared.Select(use => use.Steps / _requests)],
            [.. shared.Select(use => (use.Requests - 1) / (double)use.Requests)]);
    }

    private struct Use
    {
        public long Requests;
        public double Steps;
        public double Tokens;
    }
}
