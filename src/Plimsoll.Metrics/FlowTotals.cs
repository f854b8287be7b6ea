namespace Plimsoll.Metrics;

/// <summary>What has flowed by since the run began; rates over time are differences of these.</summary>
/// <param name="Arrivals">Requests that arrived.</param>
/// <param name="Completed">Requests that completed.</param>
/// <param name="OutputTokens">Output tokens of requests that ended, however they ended.</param>
public readonly record struct FlowTotals(long Arrivals, long Completed, long OutputTokens);
