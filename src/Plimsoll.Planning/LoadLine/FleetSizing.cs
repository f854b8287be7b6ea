namespace Plimsoll.Planning.LoadLine;

/// <summary>
/// How many replicas carry a rate: G = ⌈λ/(ρμ)⌉. Stateless balancing (random, round robin) gives each replica its share, so that G of
/// them carry Gμ. Source: Nie, Si, Zhou, arXiv:2605.04595; scheduling theory, section 1.2.
/// </summary>
public static class FleetSizing
{
    // A rate that is meant to fill whole replicas must not need one more because of the last binary digit.
    private const double Rounding = 1e-12;

    /// <summary>The replicas needed, at least 1.</summary>
    /// <param name="requestsPerSecond">λ, above 0.</param>
    /// <param name="loadLine">μ of one replica in requests per second, above 0.</param>
    /// <param name="targetUtilization">ρ: how much of the line is to be used, above 0 and up to 1.</param>
    public static double Replicas(double requestsPerSecond, double loadLine, double targetUtilization)
    {
        double needed = requestsPerSecond / (targetUtilization * loadLine);
        return Math.Max(1, Math.Ceiling(needed * (1 - Rounding)));
    }
}
