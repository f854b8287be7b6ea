using System.Globalization;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Calibration.Validation.Reports;

/// <summary>Predictions against measurements, for a terminal.</summary>
public static class ValidationText
{
    /// <summary>What the columns of <see cref="Cells"/> are.</summary>
    public static IReadOnlyList<string> Headings { get; } =
        ["data set", "from", "metric", "predicted", "measured", "error", "error p10", "p50", "p90", "points"];

    /// <summary>Writes the tables, lines ending in a line feed.</summary>
    public static void Write(ValidationReport report, TextWriter output)
    {
        foreach (ValidatedSet set in report.Sets)
        {
            output.Write($"{set.Name}: {set.Title}\n");
            if (set.Data.Rows.Count > 0)
            {
                TextTable.Write(output, [Headings, .. set.Data.Rows.Select(Cells)], leftColumns: 3);
            }

            output.Write($"  {Summary(set.Data.Rows)}\n");
            foreach (string note in set.Data.Notes)
            {
                output.Write($"  {note}\n");
            }

            foreach (ReportEntry parameter in set.Data.Parameters)
            {
                output.Write($"  {parameter.Name}: {parameter.Value}\n");
            }

            output.Write('\n');
        }

        output.Write($"All: {Summary([.. report.Rows])}\n");
    }

    /// <summary>Mean and worst of these rows in a sentence.</summary>
    public static string Summary(IReadOnlyList<ValidationRow> rows)
    {
        if (ValidationReport.WorstOf(rows) is not { } worst)
        {
            return "nothing was predicted.";
        }

        int bounds = rows.Count(row => row.IsBound);
        int broken = rows.Count(row => row.IsBound && row.Miss > 0);
        string kept = bounds == 0 ? "" : $" {bounds - broken} of {bounds} bounds hold.";
        return bounds == rows.Count ? kept.Trim()
            : $"mean error without sign {Units.Percent(ValidationReport.MeanMiss(rows))}, worst {Units.SignedPercent(worst.Error)} ({worst.Dataset}, {worst.Metric}).{kept}";
    }

    /// <summary>A row as text.</summary>
    public static IReadOnlyList<string> Cells(ValidationRow row) =>
    [
        row.Dataset,
        row.Prediction,
        row.Metric,
        Number(row.Predicted),
        Number(row.Measured),
        Units.SignedPercent(row.Error),
        row.Spread is { } spread ? Units.SignedPercent(spread.P10) : "",
        row.Spread is { } middle ? Units.SignedPercent(middle.P50) : "",
        row.Spread is { } upper ? Units.SignedPercent(upper.P90) : "",
        row.Points.ToString("#,0", CultureInfo.InvariantCulture),
    ];

    private static string Number(double value) => value.ToString(value < 100 ? "0.####" : "#,0", CultureInfo.InvariantCulture);
}
