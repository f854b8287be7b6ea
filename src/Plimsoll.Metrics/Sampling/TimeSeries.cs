using Plimsoll.Core;

namespace Plimsoll.Metrics.Sampling;

/// <summary>A run as samples on an even grid: the fleet, and each of the first replicas.</summary>
/// <param name="Interval">Time between two samples.</param>
/// <param name="Fleet">One sample for each grid instant, in order of time.</param>
/// <param name="Lanes">By replica index, its samples at the same instants.</param>
/// <param name="Replicas">Most replicas that ever reported at once; may be more than there are lanes.</param>
public sealed record TimeSeries(
    Duration Interval,
    IReadOnlyList<FleetSample> Fleet,
    IReadOnlyList<IReadOnlyList<ReplicaSample>> Lanes,
    int Replicas);
