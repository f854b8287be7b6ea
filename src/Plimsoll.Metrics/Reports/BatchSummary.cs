namespace Plimsoll.Metrics.Reports;

/// <summary>How full the batches were.</summary>
/// <param name="Steps">Engine steps, over all replicas.</param>
/// <param name="MeanRunning">Requests running on a replica, averaged over time and replicas.</param>
/// <param name="PeakRunning">Most requests that ran together on one replica.</param>
/// <param name="MeanStepSeconds">Mean length of a step; not a number when there was none.</param>
public sealed record BatchSummary(long Steps, double MeanRunning, long PeakRunning, double MeanStepSeconds);
