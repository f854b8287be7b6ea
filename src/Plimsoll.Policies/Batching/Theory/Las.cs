using Plimsoll.Policies.Batching.Orders;

namespace Plimsoll.Policies.Batching.Theory;

/// <summary>Least attained service first: who has generated least runs, and others make way for it.</summary>
/// <remarks>
/// <para>
/// Requests stand in levels: level 0 until a quantum of tokens is generated, level i until quantum·(2^(i+1) − 1). The lower level
/// goes first, then arrival. A waiting request of a lower level takes the place of running ones of higher levels, which compute their
/// memory again when they come back.
/// </para>
/// <para>Signals: none: no length need be predicted.</para>
/// <para>A bad idea when many outputs are equally long: they all advance together, end late, and lose memory on the way.</para>
/// <para>
/// Source: Least attained service and multi-level feedback queues as FastServe (arXiv:2305.05920) uses them; evicted memory is
/// recomputed here.
/// </para>
/// </remarks>
/// <param name="arguments">What the user said.</param>
public sealed class Las(PolicyArguments arguments) : IBatchingPolicy
{
    private static readonly PolicyOption<int> QuantumOption = new()
    {
        Name = "quantum",
        Unit = "tokens",
        Minimum = 1,
        Maximum = 1_000_000,
        Fallback = 64,
        Meaning = "Tokens of the lowest level; each level lasts twice as long as the one before.",
    };

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "las",
        Summary = "Least attained service first: who has generated least runs, and others make way for it.",
        BadIdea = "When many outputs are equally long: they all advance together, end late, and lose memory on the way.",
        Source = "Least attained service and multi-level feedback queues as FastServe (arXiv:2305.05920) uses them; "
            + "evicted memory is recomputed here.",
        Signals = Signals.None,
        Options = [QuantumOption, TheoryOptions.Sequences],
        Create = arguments => new Las(arguments),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) => TheoryOptions.Rules(overrides, arguments) with
    {
        Order = new ByAttainedService(arguments.Of(QuantumOption)),
        Eviction = new EvictionRules { Victim = EvictionVictim.LastInOrder, MakesWay = true },
    };
}
