namespace Plimsoll.Metrics.Reports;

/// <summary>One replica over the whole run.</summary>
/// <param name="Replica">Its index.</param>
/// <param name="Requests">Requests it completed.</param>
/// <param name="OutputTokens">Their output tokens.</param>
/// <param name="MeanRunning">Requests running, averaged over time.</param>
/// <param name="KvMeanUtilization">KV blocks held over blocks it has, averaged over time; not a number without a limit.</param>
/// <param name="KvPeakUtilization">The greatest such fraction; not a number without a limit.</param>
/// <param name="BusyFraction">Fraction of the time in which a step was running.</param>
public sealed record ReplicaSummary(
    int Replica,
    long Requests,
    long OutputTokens,
    double MeanRunning,
    double KvMeanUtilization,
    double KvPeakUtilization,
    double BusyFraction)
{
    /// <summary>Energy of its accelerators; not a number where nobody knows.</summary>
    public double Joules { get; init; } = double.NaN;
}
