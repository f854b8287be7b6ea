using Plimsoll.LoadGen.Runs;
using Plimsoll.LoadGen.Servers;
using Plimsoll.Metrics;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Html;
using Plimsoll.Metrics.Reports.Svg;

namespace Plimsoll.LoadGen.Reports;

/// <summary>A benchmark as one self-contained page.</summary>
public static class BenchHtml
{
    private static readonly string[] LatencyHeadings = ["", "mean", "p50", "p90", "p95", "p99", "min", "max", "count"];

    /// <summary>Writes the page.</summary>
    public static void Write(BenchReport report, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(report);
        LoadMeasure measure = report.Measure;
        RequestCounts requests = measure.Requests;
        var page = new HtmlPage(
            report.Title,
            $"{Units.Count(requests.Submitted)} requests over {Units.Seconds(measure.Seconds)}: {Units.Count(requests.Completed)} completed, {Units.Count(requests.Rejected)} rejected, "
            + $"{Units.Count(requests.Failed)} failed, {Units.Count(requests.Cancelled)} cancelled, {Units.Count(requests.InFlight)} in flight at the end.");
        if (report.Partial)
        {
            page.Warning("This benchmark was cut short: the numbers cover its beginning only.");
        }

        if (report.WhyNot.Count > 0)
        {
            page.Warning(string.Join(". ", report.WhyNot) + ".");
        }

        page.Cards(Cards(report));
        AddLatencies(page, measure);
        AddTime(page, measure);
        AddClient(page, measure);
        AddServer(page, measure.Server);
        AddRepeats(page, report);
        AddSearch(page, report.Search);
        AddProvenance(page, report);
        page.Write(output);
    }

    private static List<HtmlCard> Cards(BenchReport report)
    {
        LoadMeasure measure = report.Measure;
        List<HtmlCard> cards = report.Search is { } search
            ? [new("Highest rate", Units.Number(search.Rate) + " req/s", $"safe to {Units.Number(search.SafeRate)}")]
            : [];
        cards.AddRange(
        [
            new("Throughput", Units.Number(measure.Throughput.RequestsPerSecond) + " req/s", Units.Number(measure.OfferedPerSecond)
                + " offered"),
            Card("TTFT", measure.Ttft),
            Card("TPOT", measure.Tpot),
            Card("E2E", measure.E2e),
            new("Output", Units.Number(measure.Throughput.OutputTokensPerSecond) + " tokens/s",
                Units.Number(measure.Throughput.PromptTokensPerSecond) + " prompt tokens/s"),
            new("Started late, median", Units.Seconds(measure.ScheduleLag.P50), "p99 " + Units.Seconds(measure.ScheduleLag.P99)),
        ]);
        if (report.Objectives.Any)
        {
            cards.Add(new("Goodput", Units.Number(measure.Throughput.GoodputRequestsPerSecond) + " req/s",
                Units.Percent(measure.Throughput.GoodputFraction) + " of submitted"));
        }

        return cards;
    }

    private static HtmlCard Card(string name, LatencySummary latency) =>
        new(name + ", median", Units.Seconds(latency.P50), "p99 " + Units.Seconds(latency.P99));

    private static void AddLatencies(HtmlPage page, LoadMeasure measure)
    {
        page.Section("Latency", "Of completed requests, from the moment at which each should have started.");
        page.Figures(Distribution("TTFT", "Time to first token", measure.Ttft),
            Distribution("TPOT", "Time per output token", measure.Tpot), Distribution("E2E", "End-to-end latency", measure.E2e));
        page.Table(new HtmlTable("Percentiles", LatencyHeadings,
        [
            Row("TTFT", measure.Ttft), Row("TPOT", measure.Tpot), Row("ITL", measure.Itl), Row("NTPOT", measure.Ntpot),
                Row("E2E", measure.E2e),
        ]));
    }

    private static string Distribution(string name, string title, LatencySummary latency) => new LinePlot(
        title,
        $"Cumulative distribution of {name}: median {Units.Seconds(latency.P50)}, 99th percentile {Units.Seconds(latency.P99)}.",
        new PlotAxis(name, AxisKind.Seconds, Logarithmic: true),
        new PlotAxis("requests at or below", AxisKind.Fraction, Min: 0, Max: 1),
        [new PlotSeries(name, [.. latency.Cdf.Select(point => new PlotPoint(point.Seconds, point.Fraction))])])
    {
        Size = PlotSize.Third,
    }.ToFigure();

    private static void AddTime(HtmlPage page, LoadMeasure measure)
    {
        if (measure.Windows.Count < 2)
        {
            return;
        }

        PlotPoint[] Points(Func<LoadWindow, double> value) =>
            [.. measure.Windows.Select(window => new PlotPoint((window.FromSeconds + window.ToSeconds) / 2, value(window)))];
        var time = new PlotAxis("intended start", AxisKind.Seconds);
        page.Section("Over time", "By intended start.");
        page.Figures(
            new LinePlot("Requests per second", "Requests offered and good per second over time.", time, new PlotAxis("requests/s", Min: 0),
                [new PlotSeries("offered", Points(window => window.OfferedPerSecond)),
                    new PlotSeries("good", Points(window => window.GoodPerSecond))]).ToFigure(),
            new LinePlot("Latency", "Latencies over time.", time, new PlotAxis("latency", AxisKind.Seconds, Min: 0),
                [new PlotSeries("TTFT p50", Points(window => window.TtftP50)),
                    new PlotSeries("TTFT p99", Points(window => window.TtftP99)),
                    new PlotSeries("E2E p50", Points(window => window.E2eP50))])
            .ToFigure());
    }

    private static void AddClient(HtmlPage page, LoadMeasure measure)
    {
        page.Section("The client itself",
            $"Lateness up to {Units.Seconds(measure.Verdict.BoundSeconds)} at the 99th percentile is allowed.");
        page.Table(new HtmlTable("Lateness", LatencyHeadings,
        [
            Row("started late", measure.ScheduleLag), Row("read late", measure.LoopLag), Row("connecting and sending", measure.Sending),
        ]));
        page.Table(new HtmlTable("Resources", ["what", "how much"],
        [
            ["CPU", $"{Units.Percent(measure.Client.CpuUtilization)} of {measure.Client.Cores} cores"],
            ["CPU of the whole machine", Units.Percent(measure.Client.MachineUtilization)],
            ["held by the garbage collector", Units.Seconds(measure.Client.GarbageCollectionSeconds)],
            ["connections opened", Units.Count(measure.ConnectionsOpened)],
            ["prompt tokens counted and asked differ by, mean", Units.Number(measure.PromptErrorTokens)],
        ]));
    }

    private static void AddServer(HtmlPage page, ServerView? server)
    {
        if (server is null)
        {
            return;
        }

        page.Section("The server's own account", "From its metrics page, over the same time.");
        PlotPoint[] Points(Func<ServerSample, double?> value) =>
            [.. server.Samples.Select(sample => new PlotPoint(sample.Seconds, value(sample) ?? double.NaN))];
        if (server.Samples.Count > 2)
        {
            var time = new PlotAxis("time", AxisKind.Seconds);
            page.Figures(
                new LinePlot("Requests in the server", "Requests running and waiting over time.", time, new PlotAxis("requests", Min: 0),
                    [new PlotSeries("running", Points(sample => sample.Load.RunningRequests)),
                        new PlotSeries("waiting", Points(sample => sample.Load.WaitingRequests))]).ToFigure(),
                new LinePlot("KV use", "Share of the KV cache in use over time.", time, new PlotAxis("KV use", AxisKind.Fraction, Min: 0),
                    [new PlotSeries("KV use", Points(sample => sample.Load.KvUsage))]).ToFigure());
        }

        page.Table(new HtmlTable("Means of its histograms", ["", "mean", "count"],
            [.. server.Means.Select(mean =>
                new HtmlCell[] { mean.Name.Replace("_seconds", "", StringComparison.Ordinal), Units.Seconds(mean.Seconds),
                Units.Number(mean.Count) })]));
        page.Table(new HtmlTable("Growth of its counters", ["", "growth"],
            [.. server.Counters.Select(counter => new HtmlCell[] { counter.Key, Units.Number(counter.Value) })]));
    }

    private static void AddRepeats(HtmlPage page, BenchReport report)
    {
        if (report.Runs.Count < 2)
        {
            return;
        }

        page.Section("Repeated runs");
        page.Table(new HtmlTable($"{report.Runs.Count} runs, 95 % intervals by Student's t", ["", "mean", "low", "high"],
        [
            .. RepeatedMetric.Of(report.Runs).Select(metric =>
            {
                Func<double, string> text = metric.IsSeconds ? Units.Seconds : Units.Number;
                return new HtmlCell[] { metric.Name, text(metric.Estimate.Mean), text(metric.Estimate.Low), text(metric.Estimate.High) };
            }),
        ]));
    }

    private static void AddSearch(HtmlPage page, RateSearch? search)
    {
        if (search is null)
        {
            return;
        }

        page.Section("Search");
        page.Table(new HtmlTable("Trials", ["requests/s", "trial", "kept every limit", "passed"],
            [.. search.Trials.Select(trial =>
                new HtmlCell[] { Units.Number(trial.Rate), Units.Count(trial.Trial + 1), Units.Percent(trial.GoodFraction), trial.Passed
                ? "yes" : "no" })]));
    }

    private static void AddProvenance(HtmlPage page, BenchReport report)
    {
        page.Section("What was run");
        HtmlCell[][] settings =
        [
            .. report.Configuration.Select(entry => new HtmlCell[] { entry.Name, entry.Value }),
            .. report.Measure.Reasons.Select(reason => new HtmlCell[] { "failed: " + reason.Reason, Units.Count(reason.Requests) }),
        ];
        page.Table(new HtmlTable("Configuration", ["setting", "value"], settings, Textual: true));
        if (report.Notes.Count > 0)
        {
            page.Section("Notes");
            page.Notes(report.Notes);
        }

        page.Section("Definitions");
        page.Definitions(
        [
            new("TTFT", "Intended start to first content."),
            new("TPOT", "(E2E − TTFT) / (output tokens − 1), output tokens as the server counts them where it does."),
            new("ITL", "Gap between one piece with content and the next; a piece may hold several tokens."),
            new("NTPOT", "E2E / output tokens."),
            new("E2E", "Intended start to last content."),
            new("Goodput", "Requests per second that kept every objective, of all that were submitted."),
            new("Started late", "Intended start to the moment at which the generator began to send or to connect; it is part of every latency."),
            new("Read late", "How long a task waits for a thread of those that read answers; it is part of every latency."),
        ]);
    }

    private static HtmlCell[] Row(string name, LatencySummary latency) =>
    [
        name, Units.Seconds(latency.Mean), new HtmlCell(Units.Seconds(latency.P50), Emphasis: true), Units.Seconds(latency.P90),
            Units.Seconds(latency.P95),
        new HtmlCell(Units.Seconds(latency.P99), Emphasis: true), Units.Seconds(latency.Min), Units.Seconds(latency.Max),
            Units.Count(latency.Count),
    ];
}
