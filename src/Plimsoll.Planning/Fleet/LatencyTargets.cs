using System.Globalization;
using Plimsoll.Metrics;

namespace Plimsoll.Planning.Fleet;

/// <summary>What a fleet promises: upper limits on one percentile of latencies.</summary>
/// <param name="Limits">The limits; at least one.</param>
/// <param name="Quantile">Which percentile must keep them, as a fraction between 0 and 1.</param>
public sealed record LatencyTargets(ServiceObjectives Limits, double Quantile)
{
    /// <summary>Every limit, in seconds.</summary>
    public IEnumerable<(LatencyKind Kind, double Seconds)> All
    {
        get
        {
            foreach (LatencyKind kind in Enum.GetValues<LatencyKind>())
            {
                if (LimitOf(kind) is { } seconds)
                {
                    yield return (kind, seconds);
                }
            }
        }
    }

    /// <summary>The percentile in a word, such as p99.</summary>
    public string Percentile => "p" + (100 * Quantile).ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>The limit on a latency in seconds; null where there is none.</summary>
    public double? LimitOf(LatencyKind kind) => kind switch
    {
        LatencyKind.Ttft => Limits.Ttft?.Seconds,
        LatencyKind.Tpot => Limits.Tpot?.Seconds,
        _ => Limits.E2e?.Seconds,
    };

    /// <summary>A latency's name.</summary>
    public static string NameOf(LatencyKind kind) => kind switch
    {
        LatencyKind.Ttft => "TTFT",
        LatencyKind.Tpot => "TPOT",
        _ => "E2E",
    };
}
