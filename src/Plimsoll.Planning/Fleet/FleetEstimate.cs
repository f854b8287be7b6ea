using Plimsoll.Planning.LoadLine;

namespace Plimsoll.Planning.Fleet;

/// <summary>
/// How many replicas closed forms ask for, before any simulation.
/// </summary>
/// <param name="LeastReplicas">
/// ⌈λ / ((1 − headroom)·μ)⌉: fewer have no head-room left below the load line, whatever their latencies. May be infinite.
/// </param>
/// <param name="ExpectedReplicas">
/// The least number from there on whose mean step at its load, the fixed point x / b(x) = λ/G, is within the limit on TPOT: where the
/// search begins; infinite if 64 times as many do not do it. It decides nothing, because a percentile may lie on either side of a mean.
/// </param>
public sealed record FleetEstimate(double LeastReplicas, double ExpectedReplicas)
{
    private const double Most = 64;

    /// <summary>The estimate for a rate.</summary>
    /// <param name="line">The load line of one replica.</param>
    /// <param name="requestsPerSecond">λ, above 0.</param>
    /// <param name="headroom">Share of the line that is to stay free, from 0 and below 1.</param>
    /// <param name="tpotSeconds">Limit on TPOT; null for none.</param>
    public static FleetEstimate Of(LoadLineEstimate line, double requestsPerSecond, double headroom, double? tpotSeconds)
    {
        double least = FleetSizing.Replicas(requestsPerSecond, line.RequestsPerSecond, 1 - headroom);
        if (tpotSeconds is not { } limit || StepAt(line, requestsPerSecond / least) <= limit)
        {
            return new FleetEstimate(least, least);
        }

        (double low, double high) = (least, Most * least);
        if (StepAt(line, requestsPerSecond / high) > limit)
        {
            return new FleetEstimate(least, double.PositiveInfinity);
        }

        while (high - low > 1)
        {
            double middle = Math.Floor((low + high) / 2);
            (low, high) = StepAt(line, requestsPerSecond / middle) <= limit ? (low, middle) : (middle, high);
        }

        return new FleetEstimate(least, high);
    }

    /// <summary>Mean step of a replica at a rate in seconds; at the line and above it that of the line.</summary>
    public static double StepAt(LoadLineEstimate line, double requestsPerSecond)
    {
        double steps = line.RequestsPerStepAt(requestsPerSecond);
        return double.IsFinite(steps) && steps > 0 ? line.StepSecondsAt(steps) : line.StepSeconds;
    }
}
