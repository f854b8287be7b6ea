using System.Globalization;
using Plimsoll.Metrics.Statistics;

namespace Plimsoll.Metrics.Reports.Reproductions;

/// <summary>Experiments as aligned tables for a terminal.</summary>
public static class ReproductionText
{
    /// <summary>Columns of the table.</summary>
    internal static readonly string[] Headings = ["policy", "setting", "measure", "ours", "ratio", "least", "greatest", "printed"];

    /// <summary>Writes the report.</summary>
    public static void Write(ReproductionReport report, TextWriter output)
    {
        foreach (ReproducedExperiment experiment in report.Experiments)
        {
            Write(experiment, output);
        }
    }

    /// <summary>One row, in the order of the headings.</summary>
    internal static string[] Cells(ReproducedRow row) =>
    [
        row.Mark.Length > 0 ? $"{row.Policy} ({row.Mark})" : row.Policy,
        row.Setting,
        row.Measure,
        Estimate(row.Value, Units.Number),
        row.Ratio is { } ratio ? Estimate(ratio.Mean, Ratio) : "",
        row.Ratio is { } least ? Ratio(least.Least) : "",
        row.Ratio is { } greatest ? Ratio(greatest.Greatest) : "",
        row.Printed,
    ];

    /// <summary>A claim with the verdict.</summary>
    internal static string Sentence(ReproducedClaim claim) =>
        $"{(claim.Holds ? "holds" : "does not hold")}: {claim.Statement}; {claim.Found}";

    /// <summary>Remarks on single rows, each with its row.</summary>
    internal static IEnumerable<string> Remarks(ReproducedExperiment experiment) =>
        experiment.Rows.Where(row => row.Remark.Length > 0).Select(row => $"{row.Policy}, {row.Setting}: {row.Remark}");

    /// <summary>To what the ratios refer.</summary>
    internal static string Baselines(ReproducedExperiment experiment)
    {
        string[] names = [.. experiment.Rows.Where(row => row.Ratio is not null).Select(row => row.Ratio!.Value.Baseline).Distinct()];
        return names.Length == 0
            ? ""
            : $"± is half the 95 % interval over {Units.Count(experiment.Seeds)} seeds; "
                + $"ratios are to {string.Join(" or ", names)}, seed by seed.";
    }

    private static void Write(ReproducedExperiment experiment, TextWriter output)
    {
        output.Write($"{experiment.Name}: {experiment.Title}{(experiment.Partial ? " (partial: cut short)" : "")}\n");
        output.Write($"  source: {experiment.Source}\n  printed: {experiment.Published}\n");
        if (experiment.Skipped.Length > 0)
        {
            output.Write($"  not run: {experiment.Skipped}\n\n");
            return;
        }

        output.Write('\n');
        if (experiment.Rows.Count > 0)
        {
            TextTable.Write(output, [Headings, .. experiment.Rows.Select(Cells)], leftColumns: 3);
            output.Write($"\n  {Baselines(experiment)}\n");
        }

        foreach (string line in Remarks(experiment).Concat(experiment.Claims.Select(Sentence)).Concat(experiment.Notes))
        {
            output.Write($"  {line}\n");
        }

        output.Write('\n');
    }

    private static string Estimate(MeanEstimate estimate, Func<double, string> text) =>
        text(estimate.Mean) + (double.IsFinite(estimate.HalfWidth) ? " ± " + text(estimate.HalfWidth) : "");

    private static string Ratio(double value) =>
        double.IsFinite(value) ? value.ToString("0.000", CultureInfo.InvariantCulture) : Units.None;
}
