using Plimsoll.Metrics.Statistics;

namespace Plimsoll.LoadGen.Reports;

/// <summary>One number of every repeated run, and what they say together.</summary>
/// <param name="Name">As it stands in JSON.</param>
/// <param name="IsSeconds">Whether it is a time; else a rate or a fraction.</param>
/// <param name="Estimate">Mean and 95 % interval by Student's t.</param>
public sealed record RepeatedMetric(string Name, bool IsSeconds, MeanEstimate Estimate)
{
    private static readonly (string Name, bool IsSeconds, Func<LoadMeasure, double> Value)[] Metrics =
    [
        ("ttft_seconds_mean", true, run => run.Ttft.Mean),
        ("ttft_seconds_p50", true, run => run.Ttft.P50),
        ("ttft_seconds_p99", true, run => run.Ttft.P99),
        ("tpot_seconds_mean", true, run => run.Tpot.Mean),
        ("tpot_seconds_p99", true, run => run.Tpot.P99),
        ("e2e_seconds_mean", true, run => run.E2e.Mean),
        ("e2e_seconds_p50", true, run => run.E2e.P50),
        ("e2e_seconds_p99", true, run => run.E2e.P99),
        ("requests_per_second", false, run => run.Throughput.RequestsPerSecond),
        ("output_tokens_per_second", false, run => run.Throughput.OutputTokensPerSecond),
        ("goodput_requests_per_second", false, run => run.Throughput.GoodputRequestsPerSecond),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RepeatedMetric> Of(IReadOnlyList<LoadMeasure> runs) =>
        [.. Metrics.Select(metric => new RepeatedMetric(metric.Name, metric.IsSeconds, MeanEstimate.Of([.. runs.Select(metric.Value)])))];
}
