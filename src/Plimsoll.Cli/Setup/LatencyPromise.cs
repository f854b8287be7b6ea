using System.Globalization;
using Plimsoll.Metrics;
using Plimsoll.Planning.Fleet;

namespace Plimsoll.Cli.Setup;

/// <summary>Limits on a percentile of latencies as users write them: <c>ttft=1s,tpot=50ms@p99</c>.</summary>
internal static class LatencyPromise
{
    private const double DefaultQuantile = 0.99;

    /// <summary>The promises; null when something is wrong with them.</summary>
    public static LatencyTargets? Read(string? text, InputProblems problems)
    {
        int before = problems.Sentences.Count;
        if (string.IsNullOrWhiteSpace(text))
        {
            problems.Add("--slo", "say what the fleet promises, as in ttft=1s,tpot=50ms@p99");
            return null;
        }

        string[] sides = text.Split('@');
        double quantile = DefaultQuantile;
        if (sides.Length > 2 || (sides.Length == 2 && !IsPercentile(sides[1], out quantile)))
        {
            problems.Add("--slo",
                $"'{text[(text.IndexOf('@', StringComparison.Ordinal) + 1)..]}' is not a percentile; "
                + "write one for all limits, at the end, from p50 to p99.9");
        }

        string[] names = [.. sides[0].Split(',').Select(part => part.Split('=')[0])];
        foreach (string twice in names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key))
        {
            problems.Add("--slo", $"'{twice}' is limited twice");
        }

        ServiceObjectives limits = Fleet.Slo(sides[0], problems);
        var targets = new LatencyTargets(limits, quantile);
        foreach ((LatencyKind kind, double seconds) in targets.All.Where(limit => limit.Seconds == 0))
        {
            problems.Add("--slo", $"{LatencyTargets.NameOf(kind)} of {seconds} s cannot be kept by anything");
        }

        if (limits.E2e is { } end && limits.Ttft is { } first && end < first)
        {
            problems.Add("--slo", $"e2e ({end}) is below ttft ({first}): a request does not end before its first token");
        }

        return problems.Sentences.Count > before ? null : targets;
    }

    private static bool IsPercentile(string text, out double quantile)
    {
        quantile = DefaultQuantile;
        if (!text.StartsWith('p')
            || !double.TryParse(text[1..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent)
            || percent is < 50 or > 99.9)
        {
            return false;
        }

        quantile = percent / 100;
        return true;
    }
}
