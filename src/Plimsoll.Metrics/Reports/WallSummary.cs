namespace Plimsoll.Metrics.Reports;

/// <summary>What the run cost on the machine that ran it. The one part of a report that differs from run to run.</summary>
/// <param name="Seconds">Wall time.</param>
/// <param name="RequestsPerSecond">Requests that ended per second of wall time.</param>
/// <param name="PeakMemoryBytes">Largest resident memory of the process.</param>
public sealed record WallSummary(double Seconds, double RequestsPerSecond, long PeakMemoryBytes);
