namespace Plimsoll.Planning.LoadLine;

/// <summary>
/// η: how much of the load line a way of admitting requests reaches. While memory binds, each fills a share of it; the rate follows
/// from the batch that this leaves. Shares other than that of peak reservation were measured at one setting (uniform lengths from 10 to
/// 1,600, chunk 512, 131,000 tokens, δ = 0.024); with larger δ they are lower.
/// </summary>
/// <param name="Name">The way of admitting.</param>
/// <param name="Factor">η, from 0.</param>
/// <param name="Policies">Our batching policies that admit like this.</param>
/// <param name="Source">Where the factor comes from.</param>
public sealed record PolicyEfficiency(string Name, double Factor, string Policies, string Source)
{
    private const string Measured = "our saturated simulation";

    /// <summary>Every way that is known, for a load line.</summary>
    public static IReadOnlyList<PolicyEfficiency> For(LoadLineEstimate line) =>
    [
        new("ideal", 1, "none: pauses for free", "an upper bound"),
        new("evict newest and recompute", IfMemory(line, EvictAndRecompute), "vllm", $"{Measured}; 0.986 by a Monte Carlo without it"),
        new("prompt reserved, decodes first", IfMemory(line, PromptReserved), "sarathi", Measured),
        new("look-ahead", IfMemory(line, LookAhead), "fcfs, mc-benchmark", $"{Measured}; 0.983 by a Monte Carlo without it"),
        new("steps of prompts alone", IfMemory(line, PromptsAlone), "vllm-v0", Measured),
        new(
            "peak reservation",
            line.PeakReservationRate / line.RequestsPerSecond,
            "orca, batch unlimited",
            "M / E[(s + o)(⌈s/c⌉ + o)]; docs/theory.md"),
    ];

    /// <summary>η of taking memory as it is needed and letting the newest give way, which computes its memory again later.</summary>
    public const double EvictAndRecompute = 0.996;

    /// <summary>η of taking memory for a prompt at admission, with decodes that are never held back.</summary>
    public const double PromptReserved = 0.991;

    /// <summary>η of admitting whom memory suffices for to the end, with true lengths.</summary>
    public const double LookAhead = 0.990;

    /// <summary>η where steps compute prompts or decode, never both: the steps of prompts are lost to those who decode.</summary>
    public const double PromptsAlone = 0.923;

    private static double IfMemory(LoadLineEstimate line, double share) =>
        line.Binding == BindingLimit.Memory ? Math.Min(1, line.RateAt(share * line.RequestsPerStep) / line.RequestsPerSecond) : 1;
}
