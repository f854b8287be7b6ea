using System.Globalization;
using Plimsoll.Metrics.Reports.Html;
using Plimsoll.Metrics.Reports.Svg;
using Plimsoll.Metrics.Statistics;

namespace Plimsoll.Metrics.Reports;

/// <summary>A comparison as one self-contained page: differences with their intervals, distributions together, all numbers.</summary>
public static class ComparisonHtml
{
    private static readonly string[] Plotted =
    [
        "throughput.requests_per_second", "throughput.goodput_requests_per_second", "ttft_seconds.mean", "ttft_seconds.p99",
        "tpot_seconds.mean", "tpot_seconds.p99", "e2e_seconds.mean", "e2e_seconds.p99", "barrier.imbalance", "barrier.idle_fraction", "energy.joules_per_output_token",
    ];

    /// <summary>Writes the page.</summary>
    public static void Write(ComparisonReport report, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(report);
        HtmlPage page = new(report.Title, Sentence(report));
        if (report.Partial)
        {
            page.Warning("This comparison was cut short.");
        }

        string seed = report.Seed.ToString(CultureInfo.InvariantCulture);
        page.Facts([new("seed", seed), new("replications", Units.Count(report.Replications))]);
        AddDifferences(page, report);
        AddDistributions(page, report);
        AddMemory(page, report);
        AddNumbers(page, report);
        if (report.Notes.Count > 0)
        {
            page.Section("Notes");
            page.Notes(report.Notes);
        }

        page.Section("Definitions");
        page.Definitions(HtmlReport.Definitions());
        page.Write(output);
    }

    private static string Sentence(ComparisonReport report) =>
        $"{string.Join(", ", report.Runs.Select(run => run.Name))}: the same traffic for each, {Units.Count(report.Replications)} "
        + (report.Replications == 1 ? "time." : "times with different seeds.");

    private static void AddDifferences(HtmlPage page, ComparisonReport report)
    {
        if (report.Runs.Count < 2)
        {
            return;
        }

        page.Section(
            "Difference from " + report.Baseline.Name,
            report.Replications > 1
                ? "Means of paired differences with 95 % confidence intervals; hollow dots may be chance."
                : "One replication has no interval: nothing here says what may be chance.");
        page.Figures([.. report.Metrics.Where(metric => Plotted.Contains(metric.Key)).Select(metric => DifferencePlot(report, metric))]);
    }

    private static string DifferencePlot(ComparisonReport report, ComparedMetric metric)
    {
        double scale = Math.Abs(ComparisonReport.Estimate(report.Baseline, metric).Mean);
        PlotInterval[] rows = [.. report.Runs.Skip(1).Select(run => Interval(run.Name, report.Difference(run, metric), scale))];
        string description = string.Join("; ", report.Runs.Skip(1).Select(
            run => $"{run.Name} {ComparisonText.Difference(report, run, metric)}"));
        return new IntervalPlot(metric.Label, description, new PlotAxis("relative difference", AxisKind.Fraction), rows).ToFigure();
    }

    private static PlotInterval Interval(string name, MeanEstimate difference, double scale) =>
        new(name, difference.Low / scale, difference.Mean / scale, difference.High / scale);

    private static void AddDistributions(HtmlPage page, ComparisonReport report)
    {
        page.Section("Latency", report.Replications > 1 ? "Distributions of the first replication." : "");
        page.Figures(
            Distribution(report, "TTFT", "Time to first token", run => run.Ttft),
            Distribution(report, "TPOT", "Time per output token", run => run.Tpot),
            Distribution(report, "E2E", "End-to-end latency", run => run.E2e));
    }

    private static string Distribution(ComparisonReport report, string name, string title, Func<RunReport, LatencySummary> latency) =>
        new LinePlot(
            title,
            $"Cumulative distributions of {name} of each contender.",
            new PlotAxis(name, AxisKind.Seconds, Logarithmic: true),
            new PlotAxis("requests at or below", AxisKind.Fraction, Min: 0, Max: 1),
            [.. report.Runs.Select(run => new PlotSeries(run.Name, Points(latency(run.Replications[0]))))])
        {
            Size = PlotSize.Third,
        }.ToFigure();

    private static void AddMemory(HtmlPage page, ComparisonReport report)
    {
        string[] figures =
        [
            .. report.Runs
                .Where(run => run.Replications[0] is { Kv: { MeanUtilization: not double.NaN }, Series.Fleet.Count: > 1 })
                .Select(run => new SeriesPlots(run.Replications[0].Series!).KvUse(run.Name)),
        ];
        if (figures.Length > 0)
        {
            page.Section("KV memory over time", report.Replications > 1 ? "The first replication." : "");
            page.Figures(figures);
        }
    }

    private static PlotPoint[] Points(LatencySummary latency) =>
        [.. latency.Cdf.Select(point => new PlotPoint(point.Seconds, point.Fraction))];

    private static void AddNumbers(HtmlPage page, ComparisonReport report)
    {
        page.Section("Numbers");
        page.Table(new HtmlTable(
            report.Replications > 1 ? "Means over replications, ± half the 95 % interval" : "One replication",
            ["", .. report.Runs.Select(run => run.Name)],
            [.. report.Metrics.Select(metric => NumberRow(report, metric))]));
        if (report.Runs.Count > 1)
        {
            page.Table(new HtmlTable(
                $"Difference from {report.Baseline.Name}; a star where the interval excludes zero",
                ["", .. report.Runs.Skip(1).Select(run => run.Name)],
                [.. report.Metrics.Select(metric => DifferenceRow(report, metric))]));
        }

        if (report.Configuration.Count > 0)
        {
            page.Section("What was run");
            HtmlCell[][] settings = [.. report.Configuration.Select(entry => new HtmlCell[] { entry.Name, entry.Value })];
            page.Table(new HtmlTable("Configuration", ["setting", "value"], settings, Textual: true));
        }
    }

    private static HtmlCell[] NumberRow(ComparisonReport report, ComparedMetric metric) =>
        [metric.Label, .. report.Runs.Select(run => (HtmlCell)ComparisonText.Value(run, metric))];

    private static HtmlCell[] DifferenceRow(ComparisonReport report, ComparedMetric metric) =>
    [
        metric.Label,
        .. report.Runs.Skip(1).Select(run => new HtmlCell(
            ComparisonText.Difference(report, run, metric), report.Difference(run, metric).ExcludesZero)),
    ];
}
