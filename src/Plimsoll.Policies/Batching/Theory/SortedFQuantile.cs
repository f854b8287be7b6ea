using Plimsoll.Policies.Batching.SortedF;

namespace Plimsoll.Policies.Batching.Theory;

/// <summary>Sorted-F with batches of short outputs among those below a quantile of memory.</summary>
/// <remarks>
/// <para>
/// As sorted-f, but a batch takes those below a quantile of s + o, shortest output first; of several quantiles the one with the
/// smallest F wins.
/// </para>
/// <para>Signals: PredictedLength. A prediction made once is never stale.</para>
/// <para>A bad idea when memory needs are alike: every quantile gives the same batch.</para>
/// <para>Source: Wang, Ye, Zhou, arXiv:2508.06133, quantile greedy.</para>
/// </remarks>
/// <param name="arguments">What the user said.</param>
public sealed class SortedFQuantile(PolicyArguments arguments) : IBatchingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "sorted-f-quantile",
        Summary = "Sorted-F with batches of short outputs among those below a quantile of memory.",
        BadIdea = "When memory needs are alike: every quantile gives the same batch.",
        Source = "Wang, Ye, Zhou, arXiv:2508.06133, quantile greedy.",
        Signals = Signals.PredictedLength,
        Options = [TheoryOptions.Exact, TheoryOptions.Window, TheoryOptions.Sequences, TheoryOptions.Reserve, TheoryOptions.Restart],
        Create = arguments => new SortedFQuantile(arguments),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) =>
        TheoryOptions.SortedF(overrides, arguments, () => new QuantileGreedySelector());
}
