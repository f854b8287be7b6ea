using System.Globalization;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Html;
using Plimsoll.Metrics.Reports.Svg;

namespace Plimsoll.Planning.LoadLine.Reports;

/// <summary>A load line as one self-contained page: the numbers, how full memory is at any rate, and what moves the line.</summary>
public static class LoadLineHtml
{
    private const int CurvePoints = 40;

    /// <summary>Writes the page.</summary>
    public static void Write(LoadLineReport report, TextWriter output)
    {
        HtmlPage page = new(report.Title, "How much traffic one replica carries before its queue grows without end.");
        if (report.Partial)
        {
            page.Warning("The simulation was interrupted: these are the formulas alone.");
        }

        page.Cards(Cards(report));
        string[] sentences = [.. LoadLineText.Sentences(report)];
        if (sentences.Length > 0)
        {
            page.Notes(sentences);
        }

        page.Figures(Utilization(report), Replicas(report), Sensitivity(report));
        foreach (LoadLinePhase phase in report.Phases)
        {
            page.Section(report.Phases.Count > 1 ? phase.Name : "Formulas");
            HtmlCell[][] rows =
                [.. LoadLineFacts.Of(phase.Line).Select(fact => new HtmlCell[] { fact.Name, fact.Value, fact.Formula, fact.Source })];
            page.Table(new HtmlTable("Every number with its formula", ["", "value", "formula", "source"], rows, Textual: true));
        }

        page.Section("Policies", "How much of the line a way of admitting reaches while memory binds.");
        page.Table(Table("Efficiency", LoadLineText.PolicyHeadings, LoadLineText.PolicyRows(report)));
        if (report.Fleet is { } fleet)
        {
            page.Section("Fleet");
            page.Table(Table("Replicas of several kinds", LoadLineText.EngineHeadings, LoadLineText.EngineRows(report, fleet)));
        }

        page.Section("What was asked");
        page.Table(Table("Configuration", ["setting", "value"], report.Configuration.Select(entry => (string[])[entry.Name, entry.Value])) with { Textual = true });
        if (report.Notes.Count > 0)
        {
            page.Section("Notes");
            page.Notes(report.Notes);
        }

        page.Write(output);
    }

    private static HtmlTable Table(string caption, string[] headings, IEnumerable<string[]> rows) =>
        new(caption, headings, [.. rows.Select(row => (HtmlCell[])[.. row.Select(text => (HtmlCell)text)])]);

    private static List<HtmlCard> Cards(LoadLineReport report)
    {
        List<HtmlCard> cards =
        [
            new("load line, requests/s", Short(report.RequestsPerSecond), $"{LoadLineFacts.NameOf(report.Line.Binding)} binds"),
            new("guaranteed stable below", Short(report.GuaranteedStableBelow), "any work-conserving policy"),
            new("resident requests", Units.Number(report.Line.ResidentRequests), $"steps of {Units.Seconds(report.Line.StepSeconds)}"),
        ];
        if (report.Replicas is { } replicas)
        {
            cards.Add(new("replicas", Units.Number(replicas), $"for {LoadLineFacts.Rate(report.Rate!.Value)}"));
        }

        if (report.Simulated is { } simulated)
        {
            cards.Add(new("simulated, requests/s", Short(simulated.RequestsPerSecond.Mean), $"± {Units.Number(simulated.RequestsPerSecond.HalfWidth)}"));
        }

        return cards;
    }

    private static string Short(double requestsPerSecond) => requestsPerSecond.ToString("G4", CultureInfo.InvariantCulture);

    private static string Utilization(LoadLineReport report)
    {
        double end = 1.25 * report.Phases.Max(phase => phase.Line.RequestsPerSecond);
        return new LinePlot(
            "How full a replica is",
            $"Share of the binding limit in use by arrival rate; the line is at {LoadLineFacts.Rate(report.RequestsPerSecond)}.",
            new PlotAxis("requests/s", Min: 0, Max: end),
            new PlotAxis("share of the binding limit", AxisKind.Fraction, Min: 0, Max: 1.1),
            [.. report.Phases.Select(phase => new PlotSeries(phase.Name, [.. Curve(phase.Line, end)]))])
        {
            Markers = [.. report.Phases.Select(phase => new PlotMarker(new PlotPoint(phase.Line.RequestsPerSecond, 1), "load line"))],
            Size = PlotSize.Third,
        }.ToFigure();
    }

    private static IEnumerable<PlotPoint> Curve(LoadLineEstimate line, double end)
    {
        for (int i = 0; i < CurvePoints; i++)
        {
            double rate = line.RequestsPerSecond * i / CurvePoints;
            double steps = line.RequestsPerStepAt(rate);
            yield return new PlotPoint(rate, line.Binding == BindingLimit.Memory
                ? line.HeldTokens(steps) / line.Limits.KvTokens
                : steps / line.RequestsPerStep);
        }

        yield return new PlotPoint(line.RequestsPerSecond, 1);
        yield return new PlotPoint(end, 1);
    }

    private static string Replicas(LoadLineReport report)
    {
        double most = report.Rate is { } rate ? 2 * rate : 20 * report.RequestsPerSecond;
        double[] utilizations = [1, report.TargetUtilization];
        return new LinePlot(
            "Replicas for a rate",
            $"Replicas needed by arrival rate, at the line and at {Units.Percent(report.TargetUtilization)} of it.",
            new PlotAxis("requests/s", Min: 0, Max: most),
            new PlotAxis("replicas", Min: 0),
            [.. utilizations.Distinct().Select(utilization => new PlotSeries(
                $"at {Units.Percent(utilization)}",
                [.. Enumerable.Range(1, 200).Select(i => new PlotPoint(
                    most * i / 200, FleetSizing.Replicas(most * i / 200, report.RequestsPerSecond, utilization)))]))])
        {
            Markers = report is { Rate: { } asked, Replicas: { } replicas }
                ? [new PlotMarker(new PlotPoint(asked, replicas), replicas.ToString("#,0", CultureInfo.InvariantCulture))]
                : [],
            Size = PlotSize.Third,
        }.ToFigure();
    }

    private static string Sensitivity(LoadLineReport report)
    {
        IReadOnlyList<Elasticity> all = Elasticity.Of(report.Line);
        return new SignedBarPlot(
            "What moves the line",
            string.Join("; ", all.Select(each => $"{each.Parameter} {LoadLineText.Signed(each.Value)}")),
            new PlotAxis("percent of the line for one percent more"),
            [.. all.Select(each => new SignedBar(each.Parameter, each.Value, LoadLineText.Signed(each.Value)))]).ToFigure();
    }
}
