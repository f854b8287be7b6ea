using Plimsoll.Metrics.Statistics;

namespace Plimsoll.Metrics.Reports;

/// <summary>A comparison as two aligned tables for a terminal: the numbers, and the differences from the first contender.</summary>
public static class ComparisonText
{
    /// <summary>Writes both tables. A star marks a difference whose interval excludes zero.</summary>
    public static void Write(ComparisonReport report, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        ComparedMetric[] metrics = [.. report.Metrics];
        output.Write(report.Title + (report.Partial ? " (partial: cut short)\n\n" : "\n\n"));
        List<IReadOnlyList<string>> rows = [["", .. report.Runs.Select(run => run.Name)]];
        rows.AddRange(metrics.Select(metric => (string[])[metric.Label, .. report.Runs.Select(run => Value(run, metric))]));
        TextTable.Write(output, rows);
        if (report.Runs.Count > 1)
        {
            output.Write($"\nDifference from {report.Baseline.Name}, {Pairs(report.Replications)}\n\n");
            List<IReadOnlyList<string>> differences = [["", .. report.Runs.Skip(1).Select(run => run.Name)]];
            differences.AddRange(metrics.Select(
                metric => (string[])[metric.Label, .. report.Runs.Skip(1).Select(run => Difference(report, run, metric))]));
            TextTable.Write(output, differences);
            output.Write("\n  * the 95 % interval excludes zero\n");
        }

        foreach (string note in report.Notes)
        {
            output.Write("  note: " + note + "\n");
        }
    }

    /// <summary>A mean with half the width of its interval, if it has one.</summary>
    internal static string Value(ComparedRun run, ComparedMetric metric)
    {
        MeanEstimate estimate = ComparisonReport.Estimate(run, metric);
        return metric.Text(estimate.Mean) + (double.IsFinite(estimate.HalfWidth) ? " ± " + metric.Text(estimate.HalfWidth) : "");
    }

    /// <summary>A difference over the baseline's mean, with half the width of its interval, and a star if that excludes zero.</summary>
    internal static string Difference(ComparisonReport report, ComparedRun run, ComparedMetric metric)
    {
        MeanEstimate difference = report.Difference(run, metric);
        double scale = Math.Abs(ComparisonReport.Estimate(report.Baseline, metric).Mean);
        string interval = double.IsFinite(difference.HalfWidth / scale) ? " ± " + Units.Percent(difference.HalfWidth / scale) : "";
        return Units.SignedPercent(difference.Mean / scale) + interval + (difference.ExcludesZero ? " *" : "");
    }

    private static string Pairs(int replications) =>
        replications == 1 ? "one replication" : $"{Units.Count(replications)} paired replications";
}
