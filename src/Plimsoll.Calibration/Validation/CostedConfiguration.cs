namespace Plimsoll.Calibration.Validation;

/// <summary>A measured configuration of an engine on a GPU: its latencies, by metric.</summary>
/// <param name="Engine">Engine and GPU: what shares parameters.</param>
/// <param name="Setting">What was run: repeats of one setting stay in one half.</param>
/// <param name="Dataset">The row it is part of.</param>
/// <param name="Latencies">Name of the metric, and the latency.</param>
public sealed record CostedConfiguration(
    string Engine, string Setting, string Dataset, IReadOnlyList<(string Metric, CostedLatency Latency)> Latencies);
