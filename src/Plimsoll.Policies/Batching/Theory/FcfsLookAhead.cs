using Plimsoll.Policies.Batching.Orders;

namespace Plimsoll.Policies.Batching.Theory;

/// <summary>First come, first served, admitted only if memory suffices to the end of everybody inside.</summary>
/// <remarks>
/// <para>
/// Requests enter in order of arrival while, with true output lengths, no coming step needs more memory than there is. The first that
/// does not fit stops those behind it. Nothing is ever evicted.
/// </para>
/// <para>
/// Signals: TrueOutputLength, so it is a bound for what any first-come engine can do without evictions. With predicted lengths the
/// same rule is mc-benchmark.
/// </para>
/// <para>A bad idea when lengths differ much: a few long requests in front delay many short ones.</para>
/// <para>Source: Jaillet et al., arXiv:2502.07115, the look-ahead of their benchmark; scheduling theory, section 4.1.</para>
/// </remarks>
/// <param name="arguments">What the user said.</param>
public sealed class FcfsLookAhead(PolicyArguments arguments) : IBatchingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "fcfs",
        Summary = "First come, first served, admitted only if memory suffices to the end of everybody inside.",
        BadIdea = "When lengths differ much: a few long requests in front delay many short ones.",
        Source = "Jaillet et al., arXiv:2502.07115, the look-ahead of their benchmark; scheduling theory, section 4.1.",
        Signals = Signals.TrueOutputLength,
        Options = [TheoryOptions.Sequences],
        Create = arguments => new FcfsLookAhead(arguments),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) => TheoryOptions.Rules(overrides, arguments) with
    {
        Order = new ByArrival(),
        KnowsLengths = true,
        LookAhead = AssumedLength.Predicted,
    };
}
