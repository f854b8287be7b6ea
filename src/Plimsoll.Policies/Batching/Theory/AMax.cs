using Plimsoll.Policies.Batching.Orders;

namespace Plimsoll.Policies.Batching.Theory;

/// <summary>Shortest upper bound first, admitted only if memory suffices even if everybody runs to their upper bound.</summary>
/// <remarks>
/// <para>
/// As mc-sf with every length taken as the upper end of its interval. Nothing is evicted as long as the intervals hold; a request
/// leaves when it really ends, and what was kept for it comes back then.
/// </para>
/// <para>Competitive ratio at most (1/α)(1 + 1/α)/2, α the ratio of the ends of the interval.</para>
/// <para>Signals: LengthInterval. An interval made once is never stale.</para>
/// <para>A bad idea when intervals are wide: memory is kept for tokens that never come.</para>
/// <para>Source: Chen, Ye, Zhou, arXiv:2508.14544.</para>
/// </remarks>
/// <param name="arguments">What the user said.</param>
public sealed class AMax(PolicyArguments arguments) : IBatchingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "a-max",
        Summary = "Shortest upper bound first, admitted only if memory suffices even if everybody runs to their upper bound.",
        BadIdea = "When intervals are wide: memory is kept for tokens that never come.",
        Source = "Chen, Ye, Zhou, arXiv:2508.14544.",
        Signals = Signals.LengthInterval,
        Options = [TheoryOptions.Sequences, TheoryOptions.Reserve, TheoryOptions.Restart],
        Create = arguments => new AMax(arguments),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) => TheoryOptions.Rules(overrides, arguments) with
    {
        Order = new ByUpperBound(),
        LookAhead = AssumedLength.Upper,
        ReservedFraction = arguments.Of(TheoryOptions.Reserve),
        Eviction = new EvictionRules { Restarts = arguments.Of(TheoryOptions.Restart) },
    };
}
