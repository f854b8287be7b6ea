using System.Diagnostics.CodeAnalysis;

namespace Plimsoll.Policies.Batching.SortedF;

/// <summary>Stands where no linear solver is at hand: refuses.</summary>
public sealed class NoRelaxation : IStartTimeRelaxation
{
    /// <inheritdoc/>
    public bool TryMeanStarts(
        ReadOnlySpan<(int PromptTokens, int OutputTokens)> requests,
        long capacityTokens,
        Span<double> meanStarts,
        [NotNullWhen(false)] out string? refusal)
    {
        refusal = "no linear solver is at hand here";
        return false;
    }
}
