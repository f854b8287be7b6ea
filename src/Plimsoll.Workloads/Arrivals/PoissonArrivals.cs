using Plimsoll.Core;

namespace Plimsoll.Workloads.Arrivals;

/// <summary>A Poisson process, gaps exponential: <c>poisson:RATE</c>.</summary>
/// <param name="RatePerSecond">Mean arrivals per second, positive.</param>
public sealed record PoissonArrivals(double RatePerSecond) : OpenArrivals
{
    /// <inheritdoc/>
    public override double RatePerSecond { get; } = RatePerSecond;

    /// <inheritdoc/>
    public override Instant Next(Instant previous, long index, ref RandomStream random) =>
        After(previous, -Math.Log(random.NextOpenUnit()) / RatePerSecond);
}
