using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Svg;
using Plimsoll.Metrics.Statistics;
using Plimsoll.Planning.Fleet.Simulated;

namespace Plimsoll.Planning.Fleet.Reports;

/// <summary>The pictures of a plan.</summary>
internal static class FleetPlanPictures
{
    // As many as have a colour of their own, one left for the limit.
    private const int MostLines = 7;

    /// <summary>Traffic against load line and the head-room between them: over time for a trace, else by the number of replicas.</summary>
    public static IEnumerable<string> OfLoad(FleetPlanReport report, SimulatedFleet cheapest)
    {
        double line = cheapest.Replicas * cheapest.Engine.Line.RequestsPerSecond;
        if (report.Rates is not { } rates)
        {
            return [ByReplicas(report, cheapest)];
        }

        double end = rates.Parts[^1].StartSeconds + rates.Parts[^1].Seconds;
        PlotSeries Level(string name, double value) => new(name, [new PlotPoint(0, value), new PlotPoint(end, value)]);
        var time = new PlotAxis("time", AxisKind.Seconds, Min: 0, Max: end);
        PlotSeries headroom = new("head-room", [.. Steps(rates, part => 1 - (part.RequestsPerSecond / line))], Filled: true);
        return
        [
            new LinePlot(
                "Traffic against the load line",
                $"Requests per second over time; the fleet's load line is {Units.Number(line)} requests per second.",
                time,
                new PlotAxis("requests/s", Min: 0),
                [
                    new PlotSeries("traffic", [.. Steps(rates, part => part.RequestsPerSecond)], Filled: true),
                    Level("load line", line),
                    Level("load line with head-room", line * (1 - report.Headroom)),
                ]).ToFigure(),
            new LinePlot(
                "Head-room of the fleet",
                "Share of the load line that the traffic leaves free, over time.",
                time,
                new PlotAxis("free share of the load line", AxisKind.Fraction),
                [headroom, Level("asked for", report.Headroom)]).ToFigure(),
        ];
    }

    /// <summary>A latency against the price, a line for each kind of replica.</summary>
    public static string Front(FleetPlanReport report, LatencyKind kind)
    {
        string name = $"{LatencyTargets.NameOf(kind)} {report.Targets.Percentile}";
        List<PlotSeries> series = [];
        IEnumerable<EngineSearch> shown = report.Searches
            .Where(search => search.Tried.Any(Has))
            .OrderBy(search => search.Least is null)
            .ThenBy(search => search.Least?.DollarsPerHour ?? 0)
            .ThenBy(search => search.Engine.Id)
            .Take(MostLines);
        foreach (EngineSearch search in shown)
        {
            SimulatedFleet[] fleets = [.. search.Tried.Where(fleet => Has(fleet)
                && (search.Least is null || fleet.Replicas >= search.Least.Replicas))];
            series.Add(new PlotSeries(search.Engine.Name,
                [.. fleets.Select(fleet => new PlotPoint(fleet.DollarsPerHour, fleet.Latency(kind).Mean))])
            {
                Band = [.. fleets.Select(fleet => BandOf(fleet.DollarsPerHour, fleet.Latency(kind)))],
            });
        }

        if (report.Targets.LimitOf(kind) is { } limit && series.Count > 0)
        {
            double[] prices = [.. series.SelectMany(line => line.Points).Select(point => point.X)];
            series.Add(new PlotSeries("limit", [new PlotPoint(prices.Min(), limit), new PlotPoint(prices.Max(), limit)]));
        }

        return new LinePlot(
            name + " against price",
            $"{name} of fleets by their price.",
            new PlotAxis("USD per hour", Logarithmic: true),
            new PlotAxis(name, AxisKind.Seconds, Min: 0),
            series)
        {
            Markers = report.Cheapest is { } cheapest && Has(cheapest)
                ? [new PlotMarker(new PlotPoint(cheapest.DollarsPerHour, cheapest.Latency(kind).Mean), "cheapest")]
                : [],
        }.ToFigure();

        bool Has(SimulatedFleet fleet) => double.IsFinite(fleet.Latency(kind).Mean);
    }

    /// <summary>Replicas over time.</summary>
    public static string Replicas(DailyProfile profile) => new LinePlot(
        "Replicas over time",
        $"Replicas that carry the traffic of each part; at most {Units.Count(profile.PeakReplicas)}.",
        new PlotAxis("time", AxisKind.Seconds, Min: 0),
        new PlotAxis("replicas", Min: 0),
        [new PlotSeries("replicas", [.. Steps(profile, part => part.Replicas)], Filled: true)]).ToFigure();

    private static string ByReplicas(FleetPlanReport report, SimulatedFleet cheapest)
    {
        double line = cheapest.Engine.Line.RequestsPerSecond;
        int most = 2 * cheapest.Replicas;
        PlotSeries Through(string name, double each) => new(name, [new PlotPoint(0, 0), new PlotPoint(most, most * each)]);
        double rate = report.Traffic.RequestsPerSecond;
        return new LinePlot(
            "Traffic against the load line",
            "Load line of the cheapest kind of replica by their number, with the traffic.",
            new PlotAxis("replicas", Min: 0, Max: most),
            new PlotAxis("requests/s", Min: 0),
            [
                new PlotSeries("traffic", [new PlotPoint(0, rate), new PlotPoint(most, rate)]),
                Through("load line", line),
                Through("load line with head-room", line * (1 - report.Headroom)),
            ])
        {
            Markers = [new PlotMarker(new PlotPoint(cheapest.Replicas, rate), "cheapest fleet")],
        }.ToFigure();
    }

    private static IEnumerable<PlotPoint> Steps(DailyProfile profile, Func<ProfilePart, double> value)
    {
        foreach (ProfilePart part in profile.Parts)
        {
            yield return new PlotPoint(part.StartSeconds, value(part));
            yield return new PlotPoint(part.StartSeconds + part.Seconds, value(part));
        }
    }

    private static PlotBand BandOf(double x, MeanEstimate estimate) =>
        new(x, double.IsFinite(estimate.Low) ? estimate.Low : double.NaN, double.IsFinite(estimate.High) ? estimate.High : double.NaN);
}
