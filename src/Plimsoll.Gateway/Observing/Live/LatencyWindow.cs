namespace Plimsoll.Gateway.Observing.Live;

/// <summary>Latencies of the requests that ended within a window of time, in seconds; not numbers where there were none.</summary>
/// <param name="Count">Values.</param>
/// <param name="Mean">Exact mean.</param>
/// <param name="P50">Median; the percentiles lie within 0.2 % of a value that was measured.</param>
/// <param name="P90">90th percentile.</param>
/// <param name="P99">99th percentile.</param>
internal readonly record struct LatencyWindow(long Count, double Mean, double P50, double P90, double P99);
