using Plimsoll.Policies.Batching.SortedF;

namespace Plimsoll.Policies.Batching.Theory;

/// <summary>Batches cut from the order of the linear relaxation, improved by swaps with respect to F.</summary>
/// <remarks>
/// <para>As sorted-lp, but the order is cut into batches that fit, and each batch is improved as in sorted-f-swap.</para>
/// <para>Needs a linear solver; where there is none, or the program is too large for it, the run ends and says so.</para>
/// <para>Signals: PredictedLength. A prediction made once is never stale.</para>
/// <para>A bad idea with more than some hundred waiting: the program grows with requests times rounds.</para>
/// <para>Source: Wang, Ye, Zhou, arXiv:2508.06133, as scheduling theory, section 5.1, reads it.</para>
/// </remarks>
/// <param name="arguments">What the user said.</param>
public sealed class LpSwap(PolicyArguments arguments) : IBatchingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "lp-swap",
        Summary = "Batches cut from the order of the linear relaxation, improved by swaps with respect to F.",
        BadIdea = "With more than some hundred waiting: the program grows with requests times rounds.",
        Source = "Wang, Ye, Zhou, arXiv:2508.06133, as scheduling theory, section 5.1, reads it.",
        Signals = Signals.PredictedLength,
        Options = [TheoryOptions.Exact, TheoryOptions.Window, TheoryOptions.Sequences, TheoryOptions.Reserve, TheoryOptions.Restart],
        Create = arguments => new LpSwap(arguments),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) =>
        TheoryOptions.SortedF(overrides, arguments, () => new RelaxationSelector(overrides.Relaxation));
}
