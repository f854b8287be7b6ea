using System.Globalization;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Html;
using Plimsoll.Metrics.Reports.Svg;
using Plimsoll.Metrics.Statistics;
using Plimsoll.Planning.Afd;

namespace Plimsoll.Cli.Commands.Plans;

/// <summary>An Attention/FFN ratio as one self-contained page: the answer, the curve, and who waits.</summary>
internal static class AfdHtml
{
    public static void Write(AfdReport report, TextWriter output)
    {
        AfdPlan plan = report.Plan;
        string sources = report.Best is null ? "closed forms" : "closed forms and from simulation";
        HtmlPage page = new(report.Title, $"Attention instances to one FFN instance, from {sources}.");
        page.Facts([new("seed", report.Seed.ToString(CultureInfo.InvariantCulture)), .. Digest(report)]);
        if (report.Partial)
        {
            page.Warning("Interrupted: only ratios whose runs are complete are shown.");
        }

        page.Cards([.. Cards(report)]);
        page.Section("Throughput per instance", "Tokens per unit of time and instance. The band of the simulation is the 95 % interval.");
        page.Figures(Throughput(report), Idle(report));
        page.Table(new HtmlTable("Answers", AfdText.AnswerHeadings, [.. AfdText.Answers(report).Select(Cells)]));
        page.Table(new HtmlTable(
            "Throughput by ratio", AfdText.CurveHeadings, [.. plan.Curve.Select(point => Cells(AfdText.CurveRow(report, point)))]));
        page.Section("What was asked");
        page.Table(new HtmlTable(
            "Configuration",
            ["setting", "value"],
            [.. report.Configuration.Select(entry => new HtmlCell[] { entry.Name, entry.Value })],
            Textual: true));
        page.Section("Notes");
        page.Notes(report.Notes);
        page.Write(output);
    }

    private static IEnumerable<ReportEntry> Digest(AfdReport report)
    {
        if (report.Simulation is not null)
        {
            yield return new ReportEntry("digest", report.Digest.ToString("x16", CultureInfo.InvariantCulture));
        }
    }

    private static IEnumerable<HtmlCard> Cards(AfdReport report)
    {
        AfdPlan plan = report.Plan;
        yield return new HtmlCard("mean field", AfdText.Number(plan.MeanField.Ratio), "best real ratio, loads at their mean");
        yield return new HtmlCard(
            "barrier-aware",
            Units.Count(plan.BarrierAware.Ratio),
            $"throughput {AfdText.Number(plan.BarrierAware.BarrierAware.ThroughputPerInstance)}");
        if (report.Best is { } best)
        {
            yield return new HtmlCard("simulated", Units.Count(best.Ratio), $"throughput {AfdText.Number(best.Throughput.Mean)}");
        }

        SlotLaw law = plan.Question.Workload.Law;
        yield return new HtmlCard("slot load", Units.Number(law.Mean), $"KV tokens, standard deviation {Units.Number(law.Deviation)}");
    }

    private static string Throughput(AfdReport report)
    {
        AfdPlan plan = report.Plan;
        List<PlotSeries> series =
        [
            Theory("mean field", plan, point => point.MeanField.ThroughputPerInstance),
            Theory("barrier-aware", plan, point => point.BarrierAware.ThroughputPerInstance),
        ];
        string found = $"Theory is best at {plan.BarrierAware.Ratio}";
        if (report.Best is { } best)
        {
            series.Add(Simulated("simulated", report, ratio => ratio.Throughput));
            found += $", simulation at {best.Ratio}";
        }

        return new LinePlot(
            "Throughput per instance",
            $"Throughput per instance by ratio. {found}.",
            new PlotAxis("Attention instances to one FFN instance"),
            new PlotAxis("tokens per unit of time", Min: 0),
            series)
        {
            Markers = report.Best is { } top ? [new PlotMarker(new PlotPoint(top.Ratio, top.Throughput.Mean), $"best: {top.Ratio}")] : [],
        }.ToFigure();
    }

    private static string Idle(AfdReport report)
    {
        List<PlotSeries> series =
        [
            Theory("Attention, theory", report.Plan, point => point.BarrierAware.AttentionIdleFraction),
            Theory("FFN, theory", report.Plan, point => point.BarrierAware.FfnIdleFraction),
        ];
        if (report.Best is not null)
        {
            series.Add(Simulated("Attention, simulated", report, ratio => ratio.AttentionIdle));
            series.Add(Simulated("FFN, simulated", report, ratio => ratio.FfnIdle));
        }

        return new LinePlot(
            "Who waits",
            "Idle fraction of Attention and of FFN by ratio: few Attention instances leave FFN waiting, many are left waiting by it.",
            new PlotAxis("Attention instances to one FFN instance"),
            new PlotAxis("idle", AxisKind.Fraction, Min: 0, Max: 1),
            series).ToFigure();
    }

    private static PlotSeries Theory(string name, AfdPlan plan, Func<AfdCurvePoint, double> value) =>
        new(name, [.. plan.Curve.Select(point => new PlotPoint(point.Ratio, value(point)))]);

    private static PlotSeries Simulated(string name, AfdReport report, Func<SimulatedRatio, MeanEstimate> value) =>
        new(name, [.. report.Simulated.Select(ratio => new PlotPoint(ratio.Ratio, value(ratio).Mean))])
        {
            Band =
            [
                .. report.Simulated.Select(ratio => (ratio.Ratio, Value: value(ratio)))
                    .Where(each => double.IsFinite(each.Value.HalfWidth))
                    .Select(each => new PlotBand(each.Ratio, each.Value.Low, each.Value.High)),
            ],
        };

    private static HtmlCell[] Cells(string[] row) => [.. row.Select(text => (HtmlCell)text)];
}
