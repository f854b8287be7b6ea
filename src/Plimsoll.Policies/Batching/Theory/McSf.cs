using Plimsoll.Policies.Batching.Orders;

namespace Plimsoll.Policies.Batching.Theory;

/// <summary>Shortest predicted output first, admitted only if memory suffices to the end of everybody inside.</summary>
/// <remarks>
/// <para>
/// Waiting requests by predicted output length; the longest prefix of that order enters for which, with predicted lengths, no coming
/// step needs more memory than there is. With exact predictions nothing is ever evicted; with wrong ones the newest gives way, and a
/// reserve makes that rare.
/// </para>
/// <para>For every instant t at which somebody is believed to end: Σ (s + t − start) over those inside until then ≤ M.</para>
/// <para>Signals: PredictedLength. A prediction made once is never stale; it is not corrected while the request runs.</para>
/// <para>
/// A bad idea when prompts differ much: a short answer to a very long prompt goes first and fills the memory; long answers starve
/// under load.
/// </para>
/// <para>Source: Jaillet et al., Online Scheduling for LLM Inference with KV Cache Constraints, arXiv:2502.07115.</para>
/// </remarks>
/// <param name="arguments">What the user said.</param>
public sealed class McSf(PolicyArguments arguments) : IBatchingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "mc-sf",
        Summary = "Shortest predicted output first, admitted only if memory suffices to the end of everybody inside.",
        BadIdea = "When prompts differ much: a short answer to a very long prompt goes first and fills the memory; "
            + "long answers starve under load.",
        Source = "Jaillet et al., Online Scheduling for LLM Inference with KV Cache Constraints, arXiv:2502.07115.",
        Signals = Signals.PredictedLength,
        Options = [TheoryOptions.Sequences, TheoryOptions.Reserve, TheoryOptions.Restart],
        Create = arguments => new McSf(arguments),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) => TheoryOptions.Rules(overrides, arguments) with
    {
        Order = new ByPredictedLength(),
        LookAhead = AssumedLength.Predicted,
        ReservedFraction = arguments.Of(TheoryOptions.Reserve),
        Eviction = new EvictionRules { Restarts = arguments.Of(TheoryOptions.Restart) },
    };
}
