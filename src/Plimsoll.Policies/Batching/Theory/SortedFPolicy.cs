using Plimsoll.Policies.Batching.SortedF;

namespace Plimsoll.Policies.Batching.Theory;

/// <summary>
/// Batches of many short requests that fill memory together first, chosen greedily for several weights of memory.
/// </summary>
/// <remarks>
/// <para>
/// Those who wait are put into batches: the batch with the smallest F = Σo / n² first, F being its mean output over the number it
/// completes; in a batch the shorter output goes first. The longest prefix of that order enters for which, with predicted lengths, no
/// coming step needs more memory than there is. The order is made again whenever somebody has arrived or lost memory, over a window
/// of those who wait: a receding horizon.
/// </para>
/// <para>
/// A batch is chosen by scanning requests by o + λ(s + o) for eleven weights λ, adding who fits and does not raise F; the best of the
/// eleven wins.
/// </para>
/// <para>Signals: PredictedLength. A prediction made once is never stale.</para>
/// <para>
/// A bad idea when requests are alike: it is shortest first with more work; and when long ones have deadlines: under load they
/// starve.
/// </para>
/// <para>Source: Wang, Ye, Zhou, arXiv:2508.06133, with a greedy choice of ours.</para>
/// </remarks>
/// <param name="arguments">What the user said.</param>
public sealed class SortedFPolicy(PolicyArguments arguments) : IBatchingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "sorted-f",
        Summary = "Batches of many short requests that fill memory together first, chosen greedily for several "
            + "weights of memory.",
        BadIdea = "When requests are alike: it is shortest first with more work; and when long ones have deadlines: "
            + "under load they starve.",
        Source = "Wang, Ye, Zhou, arXiv:2508.06133, with a greedy choice of ours.",
        Signals = Signals.PredictedLength,
        Options = [TheoryOptions.Exact, TheoryOptions.Window, TheoryOptions.Sequences, TheoryOptions.Reserve, TheoryOptions.Restart],
        Create = arguments => new SortedFPolicy(arguments),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) =>
        TheoryOptions.SortedF(overrides, arguments, () => new LambdaGreedySelector());
}
