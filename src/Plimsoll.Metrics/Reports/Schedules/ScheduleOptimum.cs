namespace Plimsoll.Metrics.Reports.Schedules;

/// <summary>The best that hindsight could do, as far as a solver got.</summary>
/// <param name="TotalLatency">Total latency of the best schedule found, in rounds.</param>
/// <param name="Proven">Whether no schedule is better.</param>
/// <param name="LowerBound">What no schedule can be below.</param>
/// <param name="Starts">Start of each job in that schedule.</param>
/// <param name="Seconds">Wall time it took.</param>
public sealed record ScheduleOptimum(long TotalLatency, bool Proven, double LowerBound, IReadOnlyList<long> Starts, double Seconds)
{
    /// <summary>What is left between schedule and bound, as a fraction of the schedule.</summary>
    public double Gap => Proven ? 0 : (TotalLatency - LowerBound) / TotalLatency;
}
