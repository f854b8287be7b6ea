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
    private const string Measured = "saturated simulation; theory, 1.4";

    /// <summary>Every way that is known, for a load line.</summary>
    public static IReadOnlyList<PolicyEfficiency> For(LoadLineEstimate line) =>
    [
        new("ideal", 1, "none: pauses for free", "an upper bound"),
        new("look-ahead", IfMemory(line, 0.983), "fcfs, mc-benchmark", Measured),
        new("evict and recompute", IfMemory(line, 0.986), "vllm, sarathi", Measured),
        new(
            "peak reservation",
            line.PeakReservationRate / line.RequestsPerSecond,
            "orca, batch unlimited",
            "M / E[(s + o)(⌈s/c⌉ + o)]; theory, 1.2"),
    ];

    private static double IfMemory(LoadLineEstimate line, double share) =>
        line.Binding == BindingLimit.Memory ? Math.Min(1, line.RateAt(share * line.RequestsPerStep) / line.RequestsPerSecond) : 1;
}
