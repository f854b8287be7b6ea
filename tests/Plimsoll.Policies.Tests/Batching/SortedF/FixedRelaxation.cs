using System.Diagnostics.CodeAnalysis;
using Plimsoll.Policies.Batching.SortedF;

namespace Plimsoll.Policies.Tests.Batching.SortedF;

/// <summary>A relaxation that answers with a formula, or refuses; remembers what it was asked.</summary>
internal sealed class FixedRelaxation(Func<(int PromptTokens, int OutputTokens), double> start, string? refuses = null)
    : IStartTimeRelaxation
{
    public List<(int PromptTokens, int OutputTokens)> Asked { get; } = [];

    public bool TryMeanStarts(
        ReadOnlySpan<(int PromptTokens, int OutputTokens)> requests,
        long capacityTokens,
        Span<double> meanStarts,
        [NotNullWhen(false)] out string? refusal)
    {
        Asked.AddRange(requests);
        for (int i = 0; i < requests.Length; i++)
        {
            meanStarts[i] = start(requests[i]);
        }

        refusal = refuses;
        return refuses is null;
    }
}
