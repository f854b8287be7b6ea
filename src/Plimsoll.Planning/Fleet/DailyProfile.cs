using Plimsoll.Core;
using Plimsoll.Planning.LoadLine;

namespace Plimsoll.Planning.Fleet;

/// <summary>
/// Replicas over time: in each part of a trace as many as carry its mean rate, G(t) = ⌈λ(t) / capacity⌉, where the capacity of a replica is
/// its share of what a confirmed fleet of its kind carries at most, with head-room below its load line. Small fleets cope worse with
/// bursts than large ones, and nothing is said of the time it takes to start a replica. Ours, from the load line (scheduling theory,
/// section 1.2).
/// </summary>
/// <param name="PartSeconds">Length of a part.</param>
/// <param name="ReplicaRequestsPerSecond">Capacity of a replica in requests per second.</param>
/// <param name="Parts">The parts in order of time, at least one.</param>
public sealed record DailyProfile(double PartSeconds, double ReplicaRequestsPerSecond, IReadOnlyList<ProfilePart> Parts)
{
    private const double SecondsPerHour = 3600;

    /// <summary>Most replicas in any part.</summary>
    public int PeakReplicas => Parts.Max(part => part.Replicas);

    /// <summary>Hours of replicas if their number follows the traffic.</summary>
    public double ReplicaHours => Parts.Sum(part => part.Replicas * part.Seconds) / SecondsPerHour;

    /// <summary>Hours of replicas if there are always as many as at the peak.</summary>
    public double PeakReplicaHours => PeakReplicas * Parts.Sum(part => part.Seconds) / SecondsPerHour;

    /// <summary>Share of the replica hours that following the traffic saves, from 0 and below 1.</summary>
    public double SavedFraction => 1 - (ReplicaHours / PeakReplicaHours);

    /// <summary>The profile of a trace.</summary>
    /// <param name="recorded">The requests in order of arrival, at least two at different times.</param>
    /// <param name="partSeconds">Length of a part, above 0.</param>
    /// <param name="rateFactor">Rates of the trace are multiplied by this.</param>
    /// <param name="replicaRequestsPerSecond">Capacity of a replica, above 0.</param>
    public static DailyProfile Of(
        IReadOnlyList<InferenceRequest> recorded, double partSeconds, double rateFactor, double replicaRequestsPerSecond)
    {
        Instant first = recorded[0].Arrival;
        double end = (recorded[^1].Arrival - first).Seconds;
        int parts = Math.Max(1, (int)Math.Ceiling(end / partSeconds));
        long[] requests = new long[parts];
        foreach (InferenceRequest request in recorded)
        {
            requests[Math.Min(parts - 1, (int)((request.Arrival - first).Seconds / partSeconds))]++;
        }

        return new DailyProfile(partSeconds, replicaRequestsPerSecond, [.. requests.Select(PartOf)]);

        ProfilePart PartOf(long count, int part)
        {
            double seconds = Math.Min(partSeconds, end - (part * partSeconds));
            double rate = rateFactor * count / seconds;
            double replicas = count == 0 ? 1 : FleetSizing.Replicas(rate, replicaRequestsPerSecond, 1);
            return new ProfilePart(part * partSeconds, seconds, count, rate, (int)Math.Min(int.MaxValue, replicas));
        }
    }
}
