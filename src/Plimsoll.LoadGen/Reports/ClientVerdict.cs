using Plimsoll.LoadGen.Timing;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.LoadGen.Reports;

/// <summary>Whether the generator itself was the bottleneck, so that the numbers are not the server's.</summary>
/// <param name="BoundSeconds">The most that the generator may be late at its 99th percentile.</param>
/// <param name="Reasons">Why it was the bottleneck, one sentence each; empty when it was not.</param>
public sealed record ClientVerdict(double BoundSeconds, IReadOnlyList<string> Reasons)
{
    /// <summary>The verdict in the words of every report.</summary>
    public const string Refusal = "not a measurement of the server: the client was the bottleneck";

    /// <summary>Lateness below this is never held against the generator: no clock of an engine is finer.</summary>
    public const double LeastBoundSeconds = 1e-4;

    /// <summary>Processor use from which the generator counts as saturated.</summary>
    public const double SaturatedUtilization = 0.9;

    /// <summary>Whether it was.</summary>
    public bool IsBottleneck => Reasons.Count > 0;

    /// <summary>Judges a run.</summary>
    /// <param name="lag">How late requests started.</param>
    /// <param name="loopLag">How late answers were read.</param>
    /// <param name="ttft">What was measured.</param>
    /// <param name="client">What the generator used.</param>
    /// <param name="share">Lateness that is allowed, as a share of the median TTFT.</param>
    public static ClientVerdict Of(LatencySummary lag, LatencySummary loopLag, LatencySummary ttft, ClientLoad client, double share)
    {
        ArgumentNullException.ThrowIfNull(lag);
        ArgumentNullException.ThrowIfNull(loopLag);
        ArgumentNullException.ThrowIfNull(ttft);
        double bound = Math.Max(LeastBoundSeconds, double.IsNaN(ttft.P50) ? 0 : share * ttft.P50);
        List<string> reasons = [];
        string limit = $"{Units.Seconds(bound)} ({Units.Percent(share)} of the median TTFT, but at least {Units.Seconds(LeastBoundSeconds)})";
        if (lag.P99 > bound)
        {
            reasons.Add($"one request in a hundred started {Units.Seconds(lag.P99)} late or more; allowed are {limit}");
        }

        if (loopLag.P99 > bound)
        {
            reasons.Add($"one answer in a hundred waited {Units.Seconds(loopLag.P99)} or more for a thread to read it; allowed are {limit}");
        }

        if (client.CpuUtilization > SaturatedUtilization)
        {
            reasons.Add($"the generator used {Units.Percent(client.CpuUtilization)} of {client.Cores} cores");
        }

        return new ClientVerdict(bound, reasons);
    }
}
