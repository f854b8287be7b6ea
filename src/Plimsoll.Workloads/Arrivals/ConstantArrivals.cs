using Plimsoll.Core;

namespace Plimsoll.Workloads.Arrivals;

/// <summary>
/// Evenly spaced, the first at time zero: <c>constant:RATE</c>. Request i comes at i/rate, so that rounding never adds up.
/// </summary>
/// <param name="RatePerSecond">Arrivals per second, positive.</param>
public sealed record ConstantArrivals(double RatePerSecond) : OpenArrivals
{
    /// <inheritdoc/>
    public override double RatePerSecond { get; } = RatePerSecond;

    /// <inheritdoc/>
    public override Instant Next(Instant previous, long index, ref RandomStream random) => After(Instant.Zero, index / RatePerSecond);
}
