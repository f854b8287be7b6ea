namespace Plimsoll.Policies.Batching.Theory;

/// <summary>Admits everybody while a share of memory is free, and cancels everybody when memory runs out.</summary>
/// <remarks>
/// <para>
/// While at least α·M is free at the start of a step, all who wait are admitted, first come, as far as their prompts fit. When the
/// next tokens do not fit, every running request is cancelled, loses what it generated and waits again.
/// </para>
/// <para>Signals: none beyond what an engine knows of itself.</para>
/// <para>
/// A bad idea nearly always: with a small α and long outputs it cancels the same requests for ever, which is detected and ends the
/// run.
/// </para>
/// <para>Source: Jaillet et al., arXiv:2502.07115, α-protection greedy, and its published code.</para>
/// </remarks>
/// <param name="arguments">What the user said.</param>
public sealed class AlphaGreedy(PolicyArguments arguments) : IBatchingPolicy
{
    private static readonly PolicyOption<double> AlphaOption = TheoryOptions.Alpha(0.25);

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "alpha-greedy",
        Summary = "Admits everybody while a share of memory is free, and cancels everybody when memory runs out.",
        BadIdea = "Nearly always: with a small α and long outputs it cancels the same requests for ever, which is "
            + "detected and ends the run.",
        Source = "Jaillet et al., arXiv:2502.07115, α-protection greedy, and its published code.",
        Signals = Signals.None,
        Options = [AlphaOption, TheoryOptions.Incremental, TheoryOptions.Sequences],
        Create = arguments => new AlphaGreedy(arguments),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) => TheoryOptions.Protected(overrides, arguments, arguments.Of(AlphaOption)) with
    {
        Eviction = new EvictionRules { Victim = EvictionVictim.Everybody, Restarts = true },
    };
}
