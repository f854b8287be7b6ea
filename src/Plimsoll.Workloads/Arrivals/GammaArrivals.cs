using Plimsoll.Core;

namespace Plimsoll.Workloads.Arrivals;

/// <summary>
/// Independent gamma-distributed gaps: <c>gamma:RATE:CV</c>. Burstier than Poisson above a coefficient of variation of 1, more regular
/// below it. The shape is 1/CV².
/// </summary>
/// <param name="RatePerSecond">Mean arrivals per second, positive.</param>
/// <param name="CoefficientOfVariation">Standard deviation of a gap over its mean, positive.</param>
public sealed record GammaArrivals(double RatePerSecond, double CoefficientOfVariation) : OpenArrivals
{
    private readonly GammaSampler _gaps = new(1 / (CoefficientOfVariation * CoefficientOfVariation));

    /// <inheritdoc/>
    public override double RatePerSecond { get; } = RatePerSecond;

    /// <inheritdoc/>
    public override Instant Next(Instant previous, long index, ref RandomStream random) =>
        After(previous, _gaps.SampleUnitMean(ref random) / RatePerSecond);
}
