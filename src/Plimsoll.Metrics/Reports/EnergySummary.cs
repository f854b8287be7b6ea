namespace Plimsoll.Metrics.Reports;

/// <summary>What the run drew, by the power model of its configuration.</summary>
/// <param name="Joules">Energy of all accelerators.</param>
/// <param name="JoulesPerOutputToken">The same over output tokens; not a number when there were none.</param>
/// <param name="MeanWatts">The same over the time it covers, in seconds; not a number when that has no length.</param>
public sealed record EnergySummary(double Joules, double JoulesPerOutputToken, double MeanWatts)
{
    /// <summary>The figures of so much energy; quotients whose divisor is zero are not numbers.</summary>
    /// <param name="joules">Energy of all accelerators.</param>
    /// <param name="outputTokens">Output tokens computed for it.</param>
    /// <param name="seconds">The time it covers.</param>
    public static EnergySummary Of(double joules, double outputTokens, double seconds) => new(
        joules, outputTokens > 0 ? joules / outputTokens : double.NaN, seconds > 0 ? joules / seconds : double.NaN);
}
