namespace Plimsoll.Metrics.Reports;

/// <summary>A number by which runs are compared.</summary>
/// <param name="Key">Where it stands in the JSON of a run, with dots.</param>
/// <param name="Label">Its name in tables.</param>
/// <param name="Value">Reads it from a report; not a number where the report has none.</param>
/// <param name="Text">Writes it for people.</param>
public sealed record ComparedMetric(string Key, string Label, Func<RunReport, double> Value, Func<double, string> Text)
{
    /// <summary>All of them, in the order to show them.</summary>
    public static IReadOnlyList<ComparedMetric> All { get; } =
    [
        new("throughput.requests_per_second", "requests/s", r => r.Throughput.RequestsPerSecond, Units.Number),
        new("throughput.output_tokens_per_second", "output tokens/s", r => r.Throughput.OutputTokensPerSecond, Units.Number),
        new("throughput.goodput_requests_per_second", "goodput, requests/s", Goodput, Units.Number),
        new("ttft_seconds.mean", "TTFT mean", r => r.Ttft.Mean, Units.Seconds),
        new("ttft_seconds.p50", "TTFT p50", r => r.Ttft.P50, Units.Seconds),
        new("ttft_seconds.p99", "TTFT p99", r => r.Ttft.P99, Units.Seconds),
        new("tpot_seconds.mean", "TPOT mean", r => r.Tpot.Mean, Units.Seconds),
        new("tpot_seconds.p50", "TPOT p50", r => r.Tpot.P50, Units.Seconds),
        new("tpot_seconds.p99", "TPOT p99", r => r.Tpot.P99, Units.Seconds),
        new("e2e_seconds.mean", "E2E mean", r => r.E2e.Mean, Units.Seconds),
        new("e2e_seconds.p50", "E2E p50", r => r.E2e.P50, Units.Seconds),
        new("e2e_seconds.p99", "E2E p99", r => r.E2e.P99, Units.Seconds),
        new("queue_seconds.mean", "queue mean", r => r.Queue.Mean, Units.Seconds),
        new("requests.rejected", "rejected", r => r.Requests.Rejected, Units.Number),
        new("kv.mean_utilization", "KV use, mean", r => r.Kv?.MeanUtilization ?? double.NaN, Units.Percent),
        new("duration_seconds", "makespan", r => r.DurationSeconds, Units.Seconds),
        new("kv.evicted_tokens", "KV tokens evicted", r => r.Kv?.EvictedTokens ?? double.NaN, Units.Number),
        new("kv.lost_output_tokens", "output tokens lost", r => r.Kv?.LostOutputTokens ?? double.NaN, Units.Number),
        new("prediction.coverage", "intervals that held", r => r.Prediction?.Coverage ?? double.NaN, Units.Percent),
        new("kv.preemptions", "preemptions", r => r.Kv?.Preemptions ?? double.NaN, Units.Number),
        new("barrier.imbalance", "imbalance, tokens", r => r.Barrier?.Imbalance ?? double.NaN, Units.Number),
        new("barrier.idle_fraction", "idle at the barrier", r => r.Barrier?.IdleFraction ?? double.NaN, Units.Percent),
        new("barrier.waiting_fraction", "waiting at the barrier", r => r.Barrier?.WaitingFraction ?? double.NaN, Units.Percent),
        new("barrier.imbalance_time_weighted", "imbalance over time, tokens", r => r.Barrier?.ImbalanceTimeWeighted ?? double.NaN, Units.Number),
        new("barrier.output_tokens_per_second", "output tokens/s, filled", r => r.Barrier?.OutputTokensPerSecond ?? double.NaN, Units.Number),
        new("barrier.seconds_per_output_token", "time per output token", r => r.Barrier?.SecondsPerOutputToken ?? double.NaN, Units.Seconds),
        new("barrier.joules", "J until the last assignment", r => r.Barrier?.Joules ?? double.NaN, Units.Number),
        new("energy.joules", "J", r => r.Energy?.Joules ?? double.NaN, Units.Number),
        new("energy.joules_per_output_token", "J per output token", r => r.Energy?.JoulesPerOutputToken ?? double.NaN, Units.Number),
        new("energy.mean_watts", "mean power, W", r => r.Energy?.MeanWatts ?? double.NaN, Units.Number),
    ];

    private static double Goodput(RunReport report) =>
        report.Objectives.Any ? report.Throughput.GoodputRequestsPerSecond : double.NaN;
}
