namespace Plimsoll.Planning.LoadLine;

/// <summary>
/// η: how much of the load line a way of admitting requests reaches when memory binds. Factors other than that of peak reservation were
/// measured at one setting (uniform lengths from 10 to 1,600, chunk 512, 131,000 tokens, δ = 0.024); with larger δ they are lower.
/// </summary>
/// <param name="Name">The way of admitting.</param>
/// <param name="Factor">η, from 0.</param>
/// <param name="Policies">Our batching policies that admit like this.</param>
/// <param name="Source">Where the factor comes from.</param>
public sealed record PolicyEfficiency(string Name, double Factor, string Policies, string Source)
{
    private const string MonteCarlo = "Monte Carlo of scheduling theory, section 1.4";

    /// <summary>Every way that is known, for a load line.</summary>
    public static IReadOnlyList<PolicyEfficiency> For(LoadLineEstimate line) =>
    [
        new("ideal", 1, "none: pausing costs nothing and paused memory is not counted", $"an upper bound; 1.002 by {MonteCarlo}"),
        new("look-ahead", IfMemory(line, 0.983), "fcfs, mc-benchmark with exact predictions", MonteCarlo),
        new("evict and recompute", IfMemory(line, 0.986), "vllm, sarathi", MonteCarlo),
        new(
            "peak reservation",
            line.PeakReservationRate / line.RequestsPerSecond,
            "orca with a batch larger than memory holds",
            "M / E[(s + o)(⌈s/c⌉ + o)] over the line; scheduling theory, section 1.2"),
    ];

    private static double IfMemory(LoadLineEstimate line, double factor) => line.Binding == BindingLimit.Memory ? factor : 1;
}
