using Plimsoll.Policies.Batching.SortedF;

namespace Plimsoll.Policies.Batching.Theory;

/// <summary>By the mean start of each request in the linear relaxation of the hindsight program.</summary>
/// <remarks>
/// <para>
/// The relaxation lets a request start in parts; the order is by Σ t·x(i, t), its mean start. The longest prefix of that order enters
/// for which, with predicted lengths, no coming step needs more memory than there is. The program is solved again whenever somebody
/// has arrived or lost memory.
/// </para>
/// <para>Needs a linear solver; where there is none, or the program is too large for it, the run ends and says so.</para>
/// <para>Signals: PredictedLength. A prediction made once is never stale.</para>
/// <para>A bad idea with more than some hundred waiting: the program grows with requests times rounds.</para>
/// <para>Source: Wang, Ye, Zhou, arXiv:2508.06133, as scheduling theory, section 5.1, reads it.</para>
/// </remarks>
/// <param name="arguments">What the user said.</param>
public sealed class SortedLp(PolicyArguments arguments) : IBatchingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "sorted-lp",
        Summary = "By the mean start of each request in the linear relaxation of the hindsight program.",
        BadIdea = "With more than some hundred waiting: the program grows with requests times rounds.",
        Source = "Wang, Ye, Zhou, arXiv:2508.06133, as scheduling theory, section 5.1, reads it.",
        Signals = Signals.PredictedLength,
        Options = [TheoryOptions.Window, TheoryOptions.Sequences, TheoryOptions.Reserve, TheoryOptions.Restart],
        Create = arguments => new SortedLp(arguments),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) =>
        TheoryOptions.Planned(overrides, arguments, () => new SortedLpOrder(overrides.Relaxation, arguments.Of(TheoryOptions.Window)));
}
