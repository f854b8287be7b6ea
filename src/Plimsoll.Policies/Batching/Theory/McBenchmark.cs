using Plimsoll.Policies.Batching.Orders;

namespace Plimsoll.Policies.Batching.Theory;

/// <summary>First come, first served, with the look-ahead of mc-sf on predicted lengths.</summary>
/// <remarks>
/// <para>As mc-sf, but in order of arrival: what the look-ahead alone is worth. With exact predictions it is fcfs.</para>
/// <para>Signals: PredictedLength. A prediction made once is never stale.</para>
/// <para>A bad idea when lengths differ much: a few long requests in front delay many short ones.</para>
/// <para>Source: Jaillet et al., arXiv:2502.07115, and its published code.</para>
/// </remarks>
/// <param name="arguments">What the user said.</param>
public sealed class McBenchmark(PolicyArguments arguments) : IBatchingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "mc-benchmark",
        Summary = "First come, first served, with the look-ahead of mc-sf on predicted lengths.",
        BadIdea = "When lengths differ much: a few long requests in front delay many short ones.",
        Source = "Jaillet et al., arXiv:2502.07115, and its published code.",
        Signals = Signals.PredictedLength,
        Options = [TheoryOptions.Sequences, TheoryOptions.Reserve, TheoryOptions.Restart],
        Create = arguments => new McBenchmark(arguments),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) => TheoryOptions.Rules(overrides, arguments) with
    {
        Order = new ByArrival(),
        LookAhead = AssumedLength.Predicted,
        ReservedFraction = arguments.Of(TheoryOptions.Reserve),
        Eviction = new EvictionRules { Restarts = arguments.Of(TheoryOptions.Restart) },
    };
}
