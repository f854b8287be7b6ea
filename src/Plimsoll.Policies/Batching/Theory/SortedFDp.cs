using Plimsoll.Policies.Batching.SortedF;

namespace Plimsoll.Policies.Batching.Theory;

/// <summary>Sorted-F with the best batch each time, by dynamic programming over number and memory.</summary>
/// <remarks>
/// <para>
/// As sorted-f, but the batch with the smallest F is found exactly: f[k][m], the least sum of outputs of k requests within m tokens,
/// in O(n²M). When that table is larger than the limit on its cells, memory is counted in coarser units, rounded up, so that what
/// fits still fits.
/// </para>
/// <para>Signals: PredictedLength. A prediction made once is never stale.</para>
/// <para>A bad idea with thousands waiting: it costs much more than the greedy choice and gains little.</para>
/// <para>Source: Wang, Ye, Zhou, arXiv:2508.06133.</para>
/// </remarks>
/// <param name="arguments">What the user said.</param>
public sealed class SortedFDp(PolicyArguments arguments) : IBatchingPolicy
{
    private static readonly PolicyOption<int> CellsOption = new()
    {
        Name = "cells",
        Unit = "cells",
        Minimum = 1,
        Maximum = 1 << 30,
        Fallback = DynamicProgramSelector.DefaultMaxCells,
        Meaning = "Most cells of the table for one batch; beyond it memory is counted more coarsely.",
    };

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "sorted-f-dp",
        Summary = "Sorted-F with the best batch each time, by dynamic programming over number and memory.",
        BadIdea = "With thousands waiting: it costs much more than the greedy choice and gains little.",
        Source = "Wang, Ye, Zhou, arXiv:2508.06133.",
        Signals = Signals.PredictedLength,
        Options =
        [
            CellsOption, TheoryOptions.Exact, TheoryOptions.Window, TheoryOptions.Sequences, TheoryOptions.Reserve, TheoryOptions.Restart,
        ],
        Create = arguments => new SortedFDp(arguments),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) =>
        TheoryOptions.SortedF(overrides, arguments, () => new DynamicProgramSelector(arguments.Of(CellsOption)));
}
