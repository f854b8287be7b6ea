using Plimsoll.Metrics.Reports.Svg;
using Plimsoll.Metrics.Sampling;

namespace Plimsoll.Metrics.Reports;

/// <summary>
/// A time series as pictures. Samples are gathered into as many bins as a plot can show: rates are differences of running totals, and
/// gauges the mean of their samples with a band from the least to the greatest.
/// </summary>
internal sealed class SeriesPlots(TimeSeries series)
{
    private const int RateBins = 80;
    private const int GaugeBins = 160;

    private PlotAxis Time => new("time", AxisKind.Seconds, Min: series.Fleet[0].At.Seconds);

    /// <summary>Whether there is enough to draw.</summary>
    public bool Any => series.Fleet.Count > 1;

    public string Flow() => new LinePlot(
        "Requests per second",
        "Arrivals and completed requests per second over time.",
        Time,
        new PlotAxis("requests/s"),
        [new PlotSeries("arrived", Rate(t => t.Arrivals)), new PlotSeries("completed", CompletedRate())]).ToFigure();

    public string Tokens() => new LinePlot(
        "Output tokens per second",
        "Output tokens of requests that ended, per second, over time.",
        Time,
        new PlotAxis("tokens/s"),
        [new PlotSeries("output tokens", Rate(t => t.OutputTokens), Filled: true)]).ToFigure();

    public string Population() => new LinePlot(
        "Requests in the system",
        "Requests running, waiting on a replica, and queued at the gateway, over time.",
        Time,
        new PlotAxis("requests"),
        [
            Gauge("running", s => s.Running),
            Gauge("waiting on a replica", s => s.Waiting),
            Gauge("queued at the gateway", s => s.Queued),
        ]).ToFigure();

    public string KvUse(string title = "KV memory in use") => new LinePlot(
        title,
        "Fraction of the fleet's KV blocks held by requests, over time.",
        Time,
        new PlotAxis("of all blocks", AxisKind.Fraction, Min: 0, Max: 1),
        [Gauge("KV blocks", s => s.KvFraction)]).ToFigure();

    public string KvLanes() => Lanes(
        "KV memory by replica", "Fraction of each replica's KV blocks in use over time.", s => s.KvFraction, "0 %", "100 %");

    public string BatchLanes()
    {
        int most = Math.Max(1, series.Lanes.SelectMany(lane => lane).Max(s => s.Running));
        return Lanes(
            "Running requests by replica",
            "Requests running on each replica over time.",
            s => float.IsNaN(s.KvFraction) && s.Running == 0 ? double.NaN : (double)s.Running / most,
            "0",
            Units.Count(most));
    }

    /// <summary>Completed requests per second, bin by bin.</summary>
    public IReadOnlyList<PlotPoint> CompletedRate() => Rate(t => t.Completed);

    /// <summary>One replica's use of KV memory, for a sparkline; empty when it has no lane.</summary>
    public IReadOnlyList<double> KvOf(int replica) =>
        replica < series.Lanes.Count ? [.. Bins(series.Lanes[replica], s => s.KvFraction, 60).Select(bin => bin.Mean)] : [];

    private List<PlotPoint> Rate(Func<FlowTotals, long> total)
    {
        int every = Math.Max(1, (series.Fleet.Count - 1) / RateBins);
        List<PlotPoint> points = [];
        for (int i = every; i < series.Fleet.Count; i += every)
        {
            FleetSample from = series.Fleet[i - every];
            FleetSample to = series.Fleet[i];
            double seconds = (to.At - from.At).Seconds;
            points.Add(new PlotPoint(from.At.Seconds + (seconds / 2), (total(to.Totals) - total(from.Totals)) / seconds));
        }

        return points;
    }

    private PlotSeries Gauge(string name, Func<FleetSample, double> value)
    {
        (double X, double Mean, double Low, double High)[] bins =
            [.. Bins(series.Fleet, value, GaugeBins).Select(b => (series.Fleet[b.Middle].At.Seconds, b.Mean, b.Low, b.High))];
        return new PlotSeries(name, [.. bins.Select(b => new PlotPoint(b.X, b.Mean))])
        {
            Band = [.. bins.Select(b => new PlotBand(b.X, b.Low, b.High))],
        };
    }

    private string Lanes(string title, string description, Func<ReplicaSample, double> value, string low, string high)
    {
        string more = series.Replicas > series.Lanes.Count ? $" (the first {series.Lanes.Count} of {Units.Count(series.Replicas)})" : "";
        PlotLane[] lanes =
        [
            .. series.Lanes.Select((lane, i) => new PlotLane(Units.Count(i), [.. Bins(lane, value, GaugeBins).Select(b => b.Mean)])),
        ];
        double start = series.Fleet[0].At.Seconds;
        double end = series.Fleet[^1].At.Seconds + series.Interval.Seconds;
        return new LanePlot(title + more, description, start, end, lanes, low, high).ToFigure();
    }

    private static IEnumerable<(int Middle, double Mean, double Low, double High)> Bins<T>(
        IReadOnlyList<T> samples, Func<T, double> value, int bins)
    {
        int every = (samples.Count + bins - 1) / bins;
        for (int start = 0; start < samples.Count; start += every)
        {
            int end = Math.Min(start + every, samples.Count);
            double[] known = [.. Enumerable.Range(start, end - start).Select(i => value(samples[i])).Where(double.IsFinite)];
            yield return known.Length == 0
                ? ((start + end) / 2, double.NaN, double.NaN, double.NaN)
                : ((start + end) / 2, known.Average(), known.Min(), known.Max());
        }
    }
}
