using System.Text;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Calibration.Validation.Reports;

/// <summary>Predictions against measurements as the documentation page <c>docs/accuracy.md</c>.</summary>
public static class AccuracyPage
{
    private const string Head = """
        # How far predictions are from measurements

        <!-- Made by `plimsoll validate --write docs/accuracy.md`. Do not edit: change the code and make it again. -->

        Everything here comes from `plimsoll validate` over the measured data sets (described beside the data; none of it is in this repository).
        `catalogue` rows use GPU, model and engine release alone. `fitted` rows use parameters fitted on one declared half of a data set and are
        judged on the other half only. `bound` rows must not be below what was measured. Nothing is tuned for a row: parameters are per engine
        and GPU, and listed under each table. An error is predicted / measured − 1. A row of many configurations gives geometric means, and the
        spread of the errors of single configurations (a tenth lies below p10, a tenth above p90).

        A test holds every error of these tables against its stored value and fails when one gets worse.
        """;

    /// <summary>The page.</summary>
    public static string Render(ValidationReport report)
    {
        var page = new StringBuilder(Head.Replace("\r", "", StringComparison.Ordinal));
        page.Append("\n\n| data set | rows | mean error without sign | worst |\n| --- | --- | --- | --- |\n");
        foreach (ValidatedSet set in report.Sets)
        {
            string mean = set.Data.Rows.Any(row => !row.IsBound) ? Units.Percent(ValidationReport.MeanMiss(set.Data.Rows)) : "(bounds)";
            page.Append($"| [{set.Name}](#{set.Name}) | {set.Data.Rows.Count} | {mean} | {Worst(set)} |\n");
        }

        foreach (ValidatedSet set in report.Sets)
        {
            Append(page, set);
        }

        return page.ToString();
    }

    private static string Worst(ValidatedSet set) => ValidationReport.WorstOf(set.Data.Rows) switch
    {
        null => "",
        { IsBound: true, Miss: 0 } => "all hold",
        { } worst => $"{Units.SignedPercent(worst.Error)} ({worst.Dataset}, {worst.Metric})",
    };

    private static void Append(StringBuilder page, ValidatedSet set)
    {
        page.Append($"\n## {set.Name}\n\n{set.Title}.\n\n");
        foreach (string note in set.Data.Notes)
        {
            page.Append($"- {note}\n");
        }

        if (set.Data.Rows.Count > 0)
        {
            string rule = string.Concat(Enumerable.Repeat(" --- |", ValidationText.Headings.Count));
            page.Append($"\n| {string.Join(" | ", ValidationText.Headings)} |\n|{rule}\n");
            foreach (ValidationRow row in set.Data.Rows)
            {
                IReadOnlyList<string> cells = ValidationText.Cells(row);
                string shorter = row.Dataset.StartsWith(set.Name + "/", StringComparison.Ordinal) ? row.Dataset[(set.Name.Length + 1)..] : row.Dataset;
                page.Append($"| {shorter} | {string.Join(" | ", cells.Skip(1))} |\n");
            }
        }

        page.Append('\n');
        foreach (ReportEntry parameter in set.Data.Parameters)
        {
            page.Append($"- Parameter, {parameter.Name}: {parameter.Value}.\n");
        }
    }
}
