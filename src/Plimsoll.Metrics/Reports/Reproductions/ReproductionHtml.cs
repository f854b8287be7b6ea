using System.Globalization;
using Plimsoll.Metrics.Reports.Html;
using Plimsoll.Metrics.Reports.Svg;

namespace Plimsoll.Metrics.Reports.Reproductions;

/// <summary>Experiments as one self-contained page: our numbers beside the printed ones, and how far each is from its baseline.</summary>
public static class ReproductionHtml
{
    // Setting and measure stand above the table.
    private static readonly string[] Headings = [.. ReproductionText.Headings.Where((_, column) => column is not (1 or 2))];

    /// <summary>Writes the page.</summary>
    public static void Write(ReproductionReport report, TextWriter output)
    {
        HtmlPage page = new(
            "Published experiments, run again", "Our numbers beside those that were printed, and where a claim does not hold.");
        page.Facts([new("seed", report.Seed.ToString(CultureInfo.InvariantCulture))]);
        if (report.Partial)
        {
            page.Warning("This was cut short: the numbers come from the seeds that were complete.");
        }

        foreach (ReproducedExperiment experiment in report.Experiments)
        {
            Add(page, experiment);
        }

        page.Write(output);
    }

    private static void Add(HtmlPage page, ReproducedExperiment experiment)
    {
        page.Section(experiment.Name, $"{experiment.Title}. Source: {experiment.Source}. Printed: {experiment.Published}.");
        if (experiment.Skipped.Length > 0)
        {
            page.Warning($"Not run: {experiment.Skipped}");
            return;
        }

        string baselines = ReproductionText.Baselines(experiment);
        if (baselines.Length > 0)
        {
            page.Notes([baselines]);
        }

        foreach (IGrouping<string, ReproducedRow> group in experiment.Rows.GroupBy(row => $"{row.Setting}: {row.Measure}"))
        {
            page.Table(new HtmlTable(group.Key, Headings, [.. group.Select(Cells)]));
        }

        page.Figures([.. experiment.Figures.Select(figure => figure.ToFigure())]);
        page.Figures([.. experiment.Rows.Where(IsDrawn).GroupBy(row => (row.Setting, row.Ratio!.Value.Baseline)).Select(Picture)]);
        string[] remarks =
            [.. experiment.Claims.Select(ReproductionText.Sentence), .. ReproductionText.Remarks(experiment), .. experiment.Notes];
        if (remarks.Length > 0)
        {
            page.Notes(remarks);
        }

        HtmlCell[][] setting = [.. experiment.Setting.Select(entry => new HtmlCell[] { entry.Name, entry.Value })];
        page.Table(new HtmlTable("Setting", ["field", "value"], setting, Textual: true));
    }

    private static HtmlCell[] Cells(ReproducedRow row) =>
        [.. ReproductionText.Cells(row).Where((_, column) => column is not (1 or 2)).Select(text => (HtmlCell)text)];

    private static bool IsDrawn(ReproducedRow row) =>
        row.Ratio is { } ratio && double.IsFinite(ratio.Mean.Mean) && row.Policy != ratio.Baseline;

    private static string Picture(IGrouping<(string Setting, string Baseline), ReproducedRow> group)
    {
        string title = $"{group.Key.Setting}: from {group.Key.Baseline}";
        string description = string.Join("; ", group.Select(row => $"{row.Policy} {Units.SignedPercent(row.Ratio!.Value.Mean.Mean - 1)}"));
        return new IntervalPlot(
            title,
            description,
            new PlotAxis("ratio to the baseline, less one", AxisKind.Fraction),
            [.. group.Select(Interval)]).ToFigure();
    }

    private static PlotInterval Interval(ReproducedRow row)
    {
        PairedRatio ratio = row.Ratio!.Value;
        return new PlotInterval(row.Policy, ratio.Mean.Low - 1, ratio.Mean.Mean - 1, ratio.Mean.High - 1);
    }
}
