using Plimsoll.Core;

namespace Plimsoll.Workloads.Arrivals;

/// <summary>
/// A Poisson process whose rate goes in a straight line from one value to another and then stays there: <c>ramp:FROM:TO:SECONDS</c>. Each
/// arrival is where the integral of the rate has grown by an exponential amount since the one before (time change of a unit Poisson
/// process).
/// </summary>
/// <param name="FromPerSecond">Arrivals per second at time zero, from 0.</param>
/// <param name="ToPerSecond">Arrivals per second from the end of the ramp on, positive.</param>
/// <param name="RampSeconds">Length of the ramp, positive.</param>
public sealed record RampArrivals(double FromPerSecond, double ToPerSecond, double RampSeconds) : OpenArrivals
{
    /// <inheritdoc/>
    public override double RatePerSecond => ToPerSecond;

    /// <inheritdoc/>
    public override Instant Next(Instant previous, long index, ref RandomStream random)
    {
        double now = previous.Seconds;
        return After(previous, TimeOf(IntegralTo(now) - Math.Log(random.NextOpenUnit())) - now);
    }

    private double Slope => (ToPerSecond - FromPerSecond) / RampSeconds;

    private double IntegralTo(double seconds)
    {
        double ramped = Math.Min(seconds, RampSeconds);
        return (FromPerSecond * ramped) + (Slope * ramped * ramped / 2) + (ToPerSecond * Math.Max(0, seconds - RampSeconds));
    }

    // The inverse: FROM·t + slope·t²/2 = integral, in the form that stays exact when the slope is nearly zero.
    private double TimeOf(double integral)
    {
        double whole = IntegralTo(RampSeconds);
        if (integral >= whole)
        {
            return RampSeconds + ((integral - whole) / ToPerSecond);
        }

        double root = Math.Sqrt(Math.Max(0, (FromPerSecond * FromPerSecond) + (2 * Slope * integral)));
        return 2 * integral / (FromPerSecond + root);
    }
}
