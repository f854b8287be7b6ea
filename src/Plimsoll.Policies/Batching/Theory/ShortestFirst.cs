using Plimsoll.Policies.Batching.Orders;

namespace Plimsoll.Policies.Batching.Theory;

/// <summary>Shortest true output first, admitted only if memory suffices to the end of everybody inside (H-SF).</summary>
/// <remarks>
/// <para>
/// Waiting requests by true output length; the longest prefix of that order enters for which no coming step needs more memory than
/// there is. Nothing is ever evicted. The hindsight benchmark of the interval policies; not the optimum.
/// </para>
/// <para>Signals: TrueOutputLength, so it runs in simulation only. With predicted lengths the same rule is mc-sf.</para>
/// <para>A bad idea when prompts differ much: a short answer to a very long prompt goes first and fills the memory.</para>
/// <para>Source: Chen, Ye, Zhou, arXiv:2508.14544, hindsight shortest first.</para>
/// </remarks>
/// <param name="arguments">What the user said.</param>
public sealed class ShortestFirst(PolicyArguments arguments) : IBatchingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "shortest-first",
        Summary = "Shortest true output first, admitted only if memory suffices to the end of everybody inside (H-SF).",
        BadIdea = "When prompts differ much: a short answer to a very long prompt goes first and fills the memory.",
        Source = "Chen, Ye, Zhou, arXiv:2508.14544, hindsight shortest first.",
        Signals = Signals.TrueOutputLength,
        Options = [TheoryOptions.Sequences],
        Create = arguments => new ShortestFirst(arguments),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) => TheoryOptions.Rules(overrides, arguments) with
    {
        Order = new ByPredictedLength(),
        KnowsLengths = true,
        LookAhead = AssumedLength.Predicted,
    };
}
