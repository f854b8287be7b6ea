namespace Plimsoll.Metrics.Reports;

/// <summary>A distribution of latencies in a few numbers, all in seconds; not a number where nothing was measured.</summary>
/// <param name="Mean">Exact mean.</param>
/// <param name="P50">Median; this and the next three within <see cref="LatencySketch.RelativeError"/>, to the nanosecond.</param>
/// <param name="P90">90th percentile.</param>
/// <param name="P95">95th percentile.</param>
/// <param name="P99">99th percentile.</param>
/// <param name="Min">Exact least value.</param>
/// <param name="Max">Exact greatest value.</param>
/// <param name="Count">Values.</param>
/// <param name="Cdf">The cumulative distribution, for plots.</param>
public sealed record LatencySummary(
    double Mean,
    double P50,
    double P90,
    double P95,
    double P99,
    double Min,
    double Max,
    long Count,
    IReadOnlyList<CdfPoint> Cdf)
{
    /// <summary>The summary of a sketch.</summary>
    public static LatencySummary Of(LatencySketch sketch)
    {
        ArgumentNullException.ThrowIfNull(sketch);
        return new LatencySummary(
            sketch.MeanSeconds,
            WholeNanoseconds(sketch.Quantile(0.50)),
            WholeNanoseconds(sketch.Quantile(0.90)),
            WholeNanoseconds(sketch.Quantile(0.95)),
            WholeNanoseconds(sketch.Quantile(0.99)),
            sketch.Quantile(0),
            sketch.Quantile(1),
            sketch.Count,
            sketch.Cdf());
    }

    /// <summary>Leaves out digits that the clock does not have.</summary>
    private static double WholeNanoseconds(double seconds) => Math.Round(seconds * 1e9) / 1e9;
}
