using System.Globalization;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports.Html;
using Plimsoll.Metrics.Reports.Svg;

namespace Plimsoll.Metrics.Reports;

/// <summary>A run as one self-contained page: headline numbers, distributions, the run over time, and what the words mean.</summary>
public static class HtmlReport
{
    private const int MostReplicaRows = 64;

    private static readonly string[] LatencyHeadings = ["", "mean", "p50", "p90", "p95", "p99", "min", "max", "count"];

    /// <summary>Writes the page.</summary>
    public static void Write(RunReport report, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(report);
        SeriesPlots? plots = report.Series is { } series && new SeriesPlots(series) is { Any: true } drawn ? drawn : null;
        HtmlPage page = new(report.Title, Sentence(report));
        if (report.Partial)
        {
            page.Warning("This run was cut short: the numbers cover its beginning only.");
        }

        page.Facts(Facts(report));
        page.Cards(Cards(report, plots));
        AddLatencies(page, report);
        AddTime(page, report, plots);
        AddReplicas(page, report, plots);
        AddProvenance(page, report);
        page.Write(output);
    }

    internal static List<ReportEntry> Definitions() =>
    [
        new("TTFT", "Time to first token: first output token − arrival."),
        new("TPOT", "Time per output token: (E2E − TTFT) / (output tokens − 1), one value for each request of at least two output tokens."),
        new("E2E", "End-to-end latency: last output token − arrival."),
        new("Queue", "Arrival until a replica first gives the request tokens in a step."),
        new("Throughput", "What completed in the measured span over its length. Begins with the first arrival or the end of the warm-up."),
        new("Goodput", "Completed requests per second that kept every objective."),
        new("KV use", "KV blocks held by requests, over the blocks there are."),
        new("Imbalance", "Workers × the greatest load − the sum of loads, in KV tokens after each step; a mean over steps."),
        new("Idle at the barrier", "1 − load / greatest load, a mean over workers and steps."),
        new("Energy", "Of all accelerators, in steps and between them, without hosts and cooling; J/token: over output tokens."),
        new("Percentiles", $"Within {Units.Percent(LatencySketch.RelativeError)} of sorting every value; mean, min and max are exact."),
        new("Digest", "Fingerprint of every request's fate, to the nanosecond. The same seed and configuration give the same digest."),
    ];

    private static string Sentence(RunReport report)
    {
        RequestCounts requests = report.Requests;
        string[] parts =
        [
            $"{Units.Count(requests.Completed)} completed",
            .. Part(requests.Rejected, "rejected"),
            .. Part(requests.Failed, "failed"),
            .. Part(requests.Cancelled, "cancelled"),
            .. Part(requests.InFlight, "still in flight"),
        ];
        string fleet = report.Replicas.Count switch { 0 => "", 1 => " on one replica", int n => $" on {Units.Count(n)} replicas" };
        string duration = Units.Seconds(report.DurationSeconds);
        return $"{Units.Count(requests.Submitted)} requests over {duration}{fleet}: {string.Join(", ", parts)}.";

        static string[] Part(long count, string word) => count == 0 ? [] : [$"{Units.Count(count)} {word}"];
    }

    private static List<ReportEntry> Facts(RunReport report)
    {
        List<ReportEntry> facts =
        [
            new("seed", report.Seed.ToString(CultureInfo.InvariantCulture)),
            new("digest", report.Digest.ToString("x16", CultureInfo.InvariantCulture)),
        ];
        if (report.Wall is { } wall)
        {
            facts.Add(new("run in", Units.Seconds(wall.Seconds)));
            facts.Add(new("at", Units.Number(wall.RequestsPerSecond) + " requests/s"));
            facts.Add(new("peak memory", Units.Bytes(wall.PeakMemoryBytes)));
        }

        return facts;
    }

    private static List<HtmlCard> Cards(RunReport report, SeriesPlots? plots)
    {
        string spark = plots is null
            ? ""
            : Sparkline.ToSvg("Completed requests per second over time", [.. plots.CompletedRate().Select(point => point.Y)]);
        List<HtmlCard> cards =
        [
            new(
                "Throughput",
                Units.Number(report.Throughput.RequestsPerSecond) + " req/s",
                Units.Number(report.Throughput.OutputTokensPerSecond) + " output tokens/s",
                spark),
            LatencyCard("TTFT", report.Ttft),
            LatencyCard("TPOT", report.Tpot),
            LatencyCard("E2E", report.E2e),
        ];
        if (report.Objectives.Any)
        {
            string goodput = Units.Number(report.Throughput.GoodputRequestsPerSecond) + " req/s";
            cards.Add(new("Goodput", goodput, Units.Percent(report.Throughput.GoodputFraction) + " keep " + Objectives(report.Objectives)));
        }

        if (report.Prediction is { Points: > 0 } prediction)
        {
            string held = prediction.Intervals > 0
                ? $"{Units.Percent(prediction.Coverage)} within their interval, {Units.Number(prediction.MeanWidthTokens)} tokens wide"
                : "no intervals";
            cards.Add(new("Predicted lengths, off by", Units.Percent(prediction.MeanRelativeError), held));
        }

        if (report.Kv is { } kv)
        {
            cards.Add(new("KV memory, peak", Units.Percent(kv.PeakUtilization), "mean " + Units.Percent(kv.MeanUtilization)));
            cards.Add(new("Prefix cache hits", Units.Percent(kv.PrefixHitRatio), "of prompt tokens"));
            double rate = 1000.0 * kv.Preemptions / report.Requests.Submitted;
            cards.Add(new("Preemptions", Units.Count(kv.Preemptions), Units.Number(rate) + " per 1,000 requests"));
        }

        double share = (double)report.Requests.Rejected / report.Requests.Submitted;
        cards.Add(new("Rejected", Units.Count(report.Requests.Rejected), Units.Percent(share) + " of submitted"));
        if (report.Barrier is { } barrier)
        {
            string imbalance = "imbalance " + Units.Number(barrier.Imbalance) + " tokens";
            cards.Add(new("Idle at the barrier", Units.Percent(barrier.IdleFraction), imbalance));
        }

        if (report.Energy is { } energy)
        {
            string total = $"{Units.Number(energy.Joules / 3.6e6)} kWh, mean {Units.Number(energy.MeanWatts)} W";
            cards.Add(new("Energy", Units.Number(energy.JoulesPerOutputToken) + " J/token", total));
        }

        return cards;
    }

    private static HtmlCard LatencyCard(string name, LatencySummary latency) =>
        new(name + ", median", Units.Seconds(latency.P50), "p99 " + Units.Seconds(latency.P99));

    private static string Objectives(ServiceObjectives objectives)
    {
        string[] parts = [.. Part("TTFT", objectives.Ttft), .. Part("TPOT", objectives.Tpot), .. Part("E2E", objectives.E2e)];
        return string.Join(", ", parts);

        static string[] Part(string name, Duration? limit) => limit is { } d ? [$"{name} ≤ {Units.Seconds(d.Seconds)}"] : [];
    }

    private static void AddLatencies(HtmlPage page, RunReport report)
    {
        page.Section("Latency");
        page.Figures(
            Distribution("TTFT", "Time to first token", report.Ttft),
            Distribution("TPOT", "Time per output token", report.Tpot),
            Distribution("E2E", "End-to-end latency", report.E2e));
        List<IReadOnlyList<HtmlCell>> rows = [Row("TTFT", report.Ttft), Row("TPOT", report.Tpot)];
        if (report.Itl is { } itl)
        {
            rows.Add(Row("ITL", itl));
        }

        rows.Add(Row("E2E", report.E2e));
        rows.Add(Row("Queue", report.Queue));
        page.Table(new HtmlTable("Percentiles", LatencyHeadings, rows));
    }

    private static string Distribution(string name, string title, LatencySummary latency) => new LinePlot(
        title,
        $"Cumulative distribution of {name}: median {Units.Seconds(latency.P50)}, 99th percentile {Units.Seconds(latency.P99)}.",
        new PlotAxis(name, AxisKind.Seconds, Logarithmic: true),
        new PlotAxis("requests at or below", AxisKind.Fraction, Min: 0, Max: 1),
        [new PlotSeries(name, [.. latency.Cdf.Select(point => new PlotPoint(point.Seconds, point.Fraction))])])
    {
        Size = PlotSize.Third,
        Markers = latency.Count == 0
            ? []
            : [Marker("p50", 0.5, latency.P50), Marker("p90", 0.9, latency.P90), Marker("p99", 0.99, latency.P99)],
    }.ToFigure();

    private static PlotMarker Marker(string name, double fraction, double seconds) =>
        new(new PlotPoint(seconds, fraction), name + " " + Units.Seconds(seconds));

    private static HtmlCell[] Row(string name, LatencySummary latency) =>
    [
        name,
        Units.Seconds(latency.Mean),
        new HtmlCell(Units.Seconds(latency.P50), Emphasis: true),
        Units.Seconds(latency.P90),
        Units.Seconds(latency.P95),
        new HtmlCell(Units.Seconds(latency.P99), Emphasis: true),
        Units.Seconds(latency.Min),
        Units.Seconds(latency.Max),
        Units.Count(latency.Count),
    ];

    private static void AddTime(HtmlPage page, RunReport report, SeriesPlots? plots)
    {
        string[] loads = report.Barrier is { Loads.Count: > 1 } barrier ? [LoadPlot.Figure(barrier.Loads)] : [];
        if (plots is not null)
        {
            page.Section("Over time");
            page.Figures([plots.Flow(), plots.Tokens(), plots.Population(), .. loads.Length > 0 ? loads : [plots.KvUse()]]);
        }
        else if (loads.Length > 0)
        {
            page.Section("Over time");
            page.Figures(loads);
        }
    }

    private static void AddReplicas(HtmlPage page, RunReport report, SeriesPlots? plots)
    {
        if (report.Replicas.Count == 0)
        {
            return;
        }

        page.Section("Replicas");
        if (plots is not null && report.Series is { Lanes.Count: > 0 })
        {
            page.Figures(plots.KvLanes(), plots.BatchLanes());
        }

        string caption = report.Replicas.Count > MostReplicaRows
            ? $"The first {MostReplicaRows} of {Units.Count(report.Replicas.Count)} replicas"
            : "Each replica";
        page.Table(new HtmlTable(
            caption,
            ["replica", "requests", "output tokens", "mean running", "busy", "KV mean", "KV peak", "KV over time"],
            [.. report.Replicas.Take(MostReplicaRows).Select(replica => ReplicaRow(replica, plots))]));
    }

    private static HtmlCell[] ReplicaRow(ReplicaSummary replica, SeriesPlots? plots) =>
    [
        Units.Count(replica.Replica),
        Units.Count(replica.Requests),
        Units.Count(replica.OutputTokens),
        Units.Number(replica.MeanRunning),
        Units.Percent(replica.BusyFraction),
        Units.Percent(replica.KvMeanUtilization),
        Units.Percent(replica.KvPeakUtilization),
        new HtmlCell("", Sparkline: plots is null ? "" : Sparkline.ToSvg("KV use over time", plots.KvOf(replica.Replica))),
    ];

    private static void AddProvenance(HtmlPage page, RunReport report)
    {
        page.Section("What was run");
        HtmlCell[][] settings =
        [
            .. report.Configuration.Select(entry => new HtmlCell[] { entry.Name, entry.Value }),
            .. report.RejectedReasons.Select(reason => new HtmlCell[] { "rejected: " + reason.Reason, Units.Count(reason.Requests) }),
        ];
        if (settings.Length > 0)
        {
            page.Table(new HtmlTable("Configuration", ["setting", "value"], settings, Textual: true));
        }

        if (report.Notes.Count > 0)
        {
            page.Section("Notes");
            page.Notes(report.Notes);
        }

        page.Section("Definitions");
        page.Definitions(Definitions());
    }
}
