using Plimsoll.Policies.Batching.SortedF;

namespace Plimsoll.Policies.Batching.Theory;

/// <summary>Sorted-F with batches improved by exchanging, adding and dropping single requests.</summary>
/// <remarks>
/// <para>As sorted-f, but a greedy batch is changed, one request in, one out or both, as long as F falls.</para>
/// <para>Signals: PredictedLength. A prediction made once is never stale.</para>
/// <para>A bad idea with thousands waiting: each batch costs many passes.</para>
/// <para>Source: Wang, Ye, Zhou, arXiv:2508.06133, local swap search.</para>
/// </remarks>
/// <param name="arguments">What the user said.</param>
public sealed class SortedFSwap(PolicyArguments arguments) : IBatchingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "sorted-f-swap",
        Summary = "Sorted-F with batches improved by exchanging, adding and dropping single requests.",
        BadIdea = "With thousands waiting: each batch costs many passes.",
        Source = "Wang, Ye, Zhou, arXiv:2508.06133, local swap search.",
        Signals = Signals.PredictedLength,
        Options = [TheoryOptions.Exact, TheoryOptions.Window, TheoryOptions.Sequences, TheoryOptions.Reserve, TheoryOptions.Restart],
        Create = arguments => new SortedFSwap(arguments),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) =>
        TheoryOptions.SortedF(overrides, arguments, () => new SwapSelector());
}
