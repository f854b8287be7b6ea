using Plimsoll.Policies.Batching.Orders;

namespace Plimsoll.Policies.Batching.Theory;

/// <summary>Shortest lower bound first, admitted as if everybody ended at their lower bound; who has got least gives way.</summary>
/// <remarks>
/// <para>
/// Every length is taken as the lower end of its interval. When memory runs out before the next step, the request with the smallest
/// lower bound is cancelled, loses what it generated, and waits again with a bound of at least that many tokens. By default the bound
/// of a running request grows with what it has generated (dynamic), so the one that has got least gives way; with dynamic=false it
/// grows at a cancellation only, and bump=true makes it one more there.
/// </para>
/// <para>Competitive ratio O(log 1/α), α the ratio of the ends of the interval; upper ends are never looked at.</para>
/// <para>Signals: LengthInterval, of which only the lower end is used.</para>
/// <para>A bad idea when nothing is known (a lower end of 1 for all): it starts too many and computes much in vain.</para>
/// <para>Source: Chen, Ye, Zhou, arXiv:2508.14544; the dynamic bound and the bump are variants.</para>
/// </remarks>
/// <param name="arguments">What the user said.</param>
public sealed class AMin(PolicyArguments arguments) : IBatchingPolicy
{
    private static readonly PolicyOption<bool> DynamicOption = new()
    {
        Name = "dynamic",
        Unit = "none",
        Minimum = false,
        Maximum = true,
        Fallback = true,
        Meaning = "Whether the lower bound of a running request is at least what it has generated.",
    };

    private static readonly PolicyOption<bool> BumpOption = new()
    {
        Name = "bump",
        Unit = "none",
        Minimum = false,
        Maximum = true,
        Fallback = false,
        Meaning = "Whether a cancelled request is known to need one token more than it had generated.",
    };

    private static readonly PolicyOption<double> LeanOption = new()
    {
        Name = "lean",
        Unit = "fraction of the interval",
        Minimum = 0,
        Maximum = 1,
        Fallback = 0.0,
        Meaning = "How far from the lower to the upper end a request is taken to last when admission looks ahead.",
    };

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "a-min",
        Summary = "Shortest lower bound first, admitted as if everybody ended at their lower bound; who has got least gives way.",
        BadIdea = "When nothing is known (a lower end of 1 for all): it starts too many and computes much in vain.",
        Source = "Chen, Ye, Zhou, arXiv:2508.14544; the dynamic bound and the bump are variants.",
        Signals = Signals.LengthInterval,
        Options = [DynamicOption, BumpOption, LeanOption, TheoryOptions.Sequences, TheoryOptions.Reserve, TheoryOptions.Restart],
        Create = arguments => new AMin(arguments),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) => TheoryOptions.Rules(overrides, arguments) with
    {
        Order = new ByLowerBound(),
        LookAhead = AssumedLength.Lower,
        Lean = arguments.Of(LeanOption),
        ReservedFraction = arguments.Of(TheoryOptions.Reserve),
        Eviction = new EvictionRules
        {
            Victim = EvictionVictim.SmallestBound,
            RefinesBounds = arguments.Of(DynamicOption),
            BumpsBounds = arguments.Of(BumpOption),
            Restarts = arguments.Of(TheoryOptions.Restart),
        },
    };
}
