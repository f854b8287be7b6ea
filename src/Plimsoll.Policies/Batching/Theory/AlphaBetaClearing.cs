using Plimsoll.Core;

namespace Plimsoll.Policies.Batching.Theory;

/// <summary>Admits everybody while a share of memory is free, and cancels each with a probability when memory runs out.</summary>
/// <remarks>
/// <para>
/// Admission as alpha-greedy. When the next tokens do not fit, each running request is cancelled with probability β, again and again
/// until the rest fits, with a stall between two rounds. The cancelled lose what they generated and wait again.
/// </para>
/// <para>Signals: none beyond what an engine knows of itself. It throws dice: the run has a seed.</para>
/// <para>A bad idea when memory is short and outputs are long: much is computed in vain.</para>
/// <para>Source: Jaillet et al., arXiv:2502.07115, α-protection β-clearing, and its published code.</para>
/// </remarks>
/// <param name="arguments">What the user said.</param>
public sealed class AlphaBetaClearing(PolicyArguments arguments) : IBatchingPolicy
{
    private static readonly PolicyOption<double> AlphaOption = TheoryOptions.Alpha(0.1);

    private static readonly PolicyOption<double> BetaOption = new()
    {
        Name = "beta",
        Unit = "probability",
        Minimum = 0.001,
        Maximum = 1,
        Fallback = 0.1,
        Meaning = "With which each running request is cancelled.",
    };

    private static readonly PolicyOption<double> StallOption = new()
    {
        Name = "stall",
        Unit = "seconds",
        Minimum = 0,
        Maximum = 1000,
        Fallback = 1.0,
        Meaning = "Time lost between two rounds of cancelling.",
    };

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "alpha-beta-clearing",
        Summary = "Admits everybody while a share of memory is free, and cancels each with a probability when memory runs out.",
        BadIdea = "When memory is short and outputs are long: much is computed in vain.",
        Source = "Jaillet et al., arXiv:2502.07115, α-protection β-clearing, and its published code.",
        Signals = Signals.None,
        Options = [AlphaOption, BetaOption, StallOption, TheoryOptions.Incremental, TheoryOptions.Sequences],
        Create = arguments => new AlphaBetaClearing(arguments),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) => TheoryOptions.Protected(overrides, arguments, arguments.Of(AlphaOption)) with
    {
        Eviction = new EvictionRules
        {
            Victim = EvictionVictim.ByChance,
            Restarts = true,
            Probability = arguments.Of(BetaOption),
            Stall = Duration.FromSeconds(arguments.Of(StallOption)),
        },
    };
}
