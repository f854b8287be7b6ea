using Plimsoll.Metrics.Reports.Html;
using Plimsoll.Metrics.Reports.Svg;

namespace Plimsoll.Metrics.Reports;

/// <summary>A trace as one self-contained page: how long prompts and outputs are, how they go together, and when requests arrive.</summary>
public sealed record TraceReport
{
    private const int Bars = 48;
    private const int RateBins = 120;

    /// <summary>The trace's name.</summary>
    public required string Title { get; init; }

    /// <summary>Arrival times in seconds, ascending.</summary>
    public required IReadOnlyList<double> ArrivalSeconds { get; init; }

    /// <summary>Prompt lengths, one for each arrival.</summary>
    public required IReadOnlyList<int> PromptTokens { get; init; }

    /// <summary>Output lengths, one for each arrival.</summary>
    public required IReadOnlyList<int> OutputTokens { get; init; }

    /// <summary>Whatever else is known, in the order to show it.</summary>
    public IReadOnlyList<ReportEntry> Facts { get; init; } = [];

    /// <summary>What a reader must know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Writes the page.</summary>
    public void WriteHtml(TextWriter output)
    {
        double span = ArrivalSeconds.Count == 0 ? 0 : ArrivalSeconds[^1] - ArrivalSeconds[0];
        double rate = span > 0 ? ArrivalSeconds.Count / span : double.NaN;
        HtmlPage page = new(Title, $"{Units.Count(ArrivalSeconds.Count)} requests over {Units.Seconds(span)}.");
        page.Cards(
        [
            new("Requests", Units.Count(ArrivalSeconds.Count), Units.Number(rate) + " per second"),
            new("Prompt tokens", Units.Compact(PromptTokens.Sum(tokens => (long)tokens)), "mean " + Units.Number(Mean(PromptTokens))),
            new("Output tokens", Units.Compact(OutputTokens.Sum(tokens => (long)tokens)), "mean " + Units.Number(Mean(OutputTokens))),
        ]);
        page.Section("Lengths");
        page.Figures(Histogram("Prompt length", "prompt tokens", PromptTokens), Histogram("Output length", "output tokens", OutputTokens));
        page.Figures(
            new HeatMap(
                "Prompt and output together",
                "How many requests have each combination of prompt and output length.",
                "prompt tokens",
                "output tokens",
                PromptTokens,
                OutputTokens).ToFigure(),
            RatePlot());
        page.Table(Statistics());
        AddFacts(page);
        page.Write(output);
    }

    private static double Mean(IReadOnlyList<int> values) => values.Count == 0 ? double.NaN : values.Average();

    private static string Histogram(string title, string label, IReadOnlyList<int> values) => new HistogramPlot(
        title, $"Share of requests by {label}, on a logarithmic axis.", label, HistogramPlot.LogarithmicBars(values, Bars)).ToFigure();

    private static HtmlCell[] Row(string name, double[] values, Func<double, string> text)
    {
        Array.Sort(values);
        double mean = values.Length == 0 ? double.NaN : values.Average();
        double variance = values.Length < 2 ? double.NaN : values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1);
        return
        [
            name,
            text(mean),
            Units.Number(Math.Sqrt(variance) / mean),
            text(Quantile(values, 0.5)),
            text(Quantile(values, 0.9)),
            text(Quantile(values, 0.99)),
            text(Quantile(values, 0)),
            text(Quantile(values, 1)),
        ];
    }

    private static double Quantile(double[] sorted, double q)
    {
        if (sorted.Length == 0)
        {
            return double.NaN;
        }

        double rank = q * (sorted.Length - 1);
        int below = (int)rank;
        return sorted[below] + ((rank - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
    }

    private HtmlTable Statistics() => new(
        "Statistics",
        ["", "mean", "coefficient of variation", "p50", "p90", "p99", "min", "max"],
        [
            Row("prompt tokens", [.. PromptTokens.Select(tokens => (double)tokens)], Units.Number),
            Row("output tokens", [.. OutputTokens.Select(tokens => (double)tokens)], Units.Number),
            Row("time between arrivals", [.. Gaps()], Units.Seconds),
        ]);

    private IEnumerable<double> Gaps() => ArrivalSeconds.Skip(1).Zip(ArrivalSeconds, (later, earlier) => later - earlier);

    private string RatePlot()
    {
        PlotPoint[] points = [];
        double span = ArrivalSeconds.Count == 0 ? 0 : ArrivalSeconds[^1] - ArrivalSeconds[0];
        if (span > 0)
        {
            double width = span / RateBins;
            int[] arrivals = new int[RateBins];
            foreach (double arrival in ArrivalSeconds)
            {
                arrivals[Math.Min((int)((arrival - ArrivalSeconds[0]) / width), RateBins - 1)]++;
            }

            points = [.. arrivals.Select((n, i) => new PlotPoint(ArrivalSeconds[0] + ((i + 0.5) * width), n / width))];
        }

        return new LinePlot(
            "Arrivals",
            "Requests per second over time.",
            new PlotAxis("time", AxisKind.Seconds),
            new PlotAxis("requests/s"),
            [new PlotSeries("arrivals", points, Filled: true)])
        {
            Size = PlotSize.Half with { Height = 300 },
        }.ToFigure();
    }

    private void AddFacts(HtmlPage page)
    {
        if (Facts.Count > 0)
        {
            page.Section("About this trace");
            HtmlCell[][] rows = [.. Facts.Select(fact => new HtmlCell[] { fact.Name, fact.Value })];
            page.Table(new HtmlTable("Facts", ["", ""], rows, Textual: true));
        }

        if (Notes.Count > 0)
        {
            page.Section("Notes");
            page.Notes(Notes);
        }
    }
}
