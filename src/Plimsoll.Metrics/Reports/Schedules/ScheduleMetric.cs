using System.Globalization;
using Plimsoll.Metrics.Schedules;

namespace Plimsoll.Metrics.Reports.Schedules;

/// <summary>A number by which schedules of several lists are compared.</summary>
/// <param name="Key">Its name in JSON.</param>
/// <param name="Label">Its name in tables.</param>
/// <param name="Value">Reads it from an outcome and the best lower bound known of that list; not a number where there is none.</param>
/// <param name="Text">Writes it for people.</param>
public sealed record ScheduleMetric(string Key, string Label, Func<ScheduleOutcome, double?, double> Value, Func<double, string> Text)
{
    /// <summary>All of them, in the order to show them.</summary>
    public static IReadOnlyList<ScheduleMetric> All { get; } =
    [
        new("total_latency", "total latency", (outcome, _) => outcome.TotalLatency, Units.Number),
        new("mean_latency", "mean latency", (outcome, _) => outcome.MeanLatency, Units.Number),
        new("p50_latency", "p50 latency", (outcome, _) => outcome.LatencyQuantile(0.5), Units.Number),
        new("p99_latency", "p99 latency", (outcome, _) => outcome.LatencyQuantile(0.99), Units.Number),
        new("makespan", "makespan", (outcome, _) => outcome.Makespan, Units.Number),
        new("evictions", "evictions", (outcome, _) => outcome.Evictions, Units.Number),
        new("lost_output_tokens", "lost tokens", (outcome, _) => outcome.LostTokens, Units.Number),
        new("evicted_kv_tokens", "evicted KV tokens", (outcome, _) => outcome.EvictedTokens, Units.Number),
        new("mean_utilization", "KV use", (outcome, _) => outcome.MeanUtilization, Units.Percent),
        new("ratio_to_bound", "to bound", (outcome, bound) => bound is { } least ? outcome.TotalLatency / least : double.NaN, Ratio),
    ];

    private static string Ratio(double value) => double.IsFinite(value) ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "–";
}
