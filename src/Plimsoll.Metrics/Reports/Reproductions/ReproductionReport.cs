namespace Plimsoll.Metrics.Reports.Reproductions;

/// <summary>Published experiments, run again.</summary>
/// <param name="Experiments">In the order in which they were run.</param>
/// <param name="Seed">Root of all randomness.</param>
/// <param name="WallSeconds">How long all of it took.</param>
public sealed record ReproductionReport(IReadOnlyList<ReproducedExperiment> Experiments, ulong Seed, double WallSeconds)
{
    /// <summary>Whether it was cut short.</summary>
    public bool Partial { get; init; }
}
