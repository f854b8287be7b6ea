using Plimsoll.Core;

namespace Plimsoll.Workloads.Arrivals;

/// <summary>Everything is there at time zero: <c>backlog</c>.</summary>
public sealed record BacklogArrivals : OpenArrivals
{
    /// <inheritdoc/>
    public override double RatePerSecond => double.PositiveInfinity;

    /// <inheritdoc/>
    public override Instant Next(Instant previous, long index, ref RandomStream random) => Instant.Zero;
}
