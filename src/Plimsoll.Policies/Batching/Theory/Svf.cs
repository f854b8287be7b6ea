using Plimsoll.Policies.Batching.Orders;

namespace Plimsoll.Policies.Batching.Theory;

/// <summary>Smallest volume first, admitted only if memory suffices to the end of everybody inside.</summary>
/// <remarks>
/// <para>
/// Waiting requests by their volume, the memory they hold summed over their steps: s·o + o(o+1)/2. The longest prefix of that order
/// enters for which, with predicted lengths, no coming step needs more memory than there is.
/// </para>
/// <para>
/// With coarse=true one bit is enough: a request is short or long, its class stands for its length, admission reckons with the least
/// length of the class, and who has got least gives way when memory runs out.
/// </para>
/// <para>Competitive ratio at most 5, and 3 with many requests in memory.</para>
/// <para>Signals: PredictedLength; with coarse=true LengthClass would do.</para>
/// <para>A bad idea when long requests have deadlines: under load they starve.</para>
/// <para>Source: Kong, Qi, Ye, Zhou, arXiv:2606.22327.</para>
/// </remarks>
/// <param name="arguments">What the user said.</param>
public sealed class Svf(PolicyArguments arguments) : IBatchingPolicy
{
    private static readonly PolicyOption<bool> CoarseOption = new()
    {
        Name = "coarse",
        Unit = "none",
        Minimum = false,
        Maximum = true,
        Fallback = false,
        Meaning = "Whether one bit, short or long, is all that is known of a length.",
    };

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "svf",
        Summary = "Smallest volume first, admitted only if memory suffices to the end of everybody inside.",
        BadIdea = "When long requests have deadlines: under load they starve.",
        Source = "Kong, Qi, Ye, Zhou, arXiv:2606.22327.",
        Signals = Signals.PredictedLength,
        Options = [CoarseOption, TheoryOptions.Sequences, TheoryOptions.Reserve, TheoryOptions.Restart],
        Create = arguments => new Svf(arguments),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) => TheoryOptions.Rules(overrides, arguments) with
    {
        Order = new ByVolume(),
        LookAhead = arguments.Of(CoarseOption) ? AssumedLength.Lower : AssumedLength.Predicted,
        ReservedFraction = arguments.Of(TheoryOptions.Reserve),
        Eviction = new EvictionRules
        {
            Victim = arguments.Of(CoarseOption) ? EvictionVictim.SmallestBound : EvictionVictim.Newest,
            RefinesBounds = true,
            Restarts = arguments.Of(TheoryOptions.Restart),
        },
    };
}
