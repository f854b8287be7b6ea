namespace Plimsoll.Simulation.Disaggregation;

/// <summary>What came of a run: whole numbers as they were counted, and what follows from them.</summary>
public sealed record AfdOutcome
{
    /// <summary>r, Attention instances to the FFN instance.</summary>
    public required int Ratio { get; init; }

    /// <summary>Tokens generated in all slots.</summary>
    public required long Tokens { get; init; }

    /// <summary>Requests that got their last token.</summary>
    public required long Completions { get; init; }

    /// <summary>KV tokens read by Attention, summed over all steps: its load.</summary>
    public required long LoadTokenSteps { get; init; }

    /// <summary>When the last microbatch came back, in ticks.</summary>
    public required long EndTicks { get; init; }

    /// <summary>Time that Attention instances computed, summed over them, in ticks.</summary>
    public required Int128 AttentionTicks { get; init; }

    /// <summary>Time that the FFN instance computed, in ticks.</summary>
    public required long FfnTicks { get; init; }

    /// <summary>Ticks in a unit of time of the cost coefficients.</summary>
    public required double TicksPerUnit { get; init; }

    /// <summary>Hash of when every microbatch came back: equal for equal runs.</summary>
    public required ulong Digest { get; init; }

    /// <summary>Tokens per unit of time and instance, the FFN instance counted.</summary>
    public double ThroughputPerInstance => Tokens / (EndTicks / TicksPerUnit) / (Ratio + 1);

    /// <summary>Fraction of their time that Attention instances wait.</summary>
    public double AttentionIdleFraction => 1 - ((double)AttentionTicks / ((double)Ratio * EndTicks));

    /// <summary>Fraction of its time that the FFN instance waits.</summary>
    public double FfnIdleFraction => 1 - (FfnTicks / (double)EndTicks);

    /// <summary>Mean KV tokens of a slot.</summary>
    public double MeanSlotLoad => (double)LoadTokenSteps / Tokens;
}
