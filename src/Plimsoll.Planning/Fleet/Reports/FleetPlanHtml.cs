using System.Globalization;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Html;
using Plimsoll.Planning.Fleet.Simulated;

namespace Plimsoll.Planning.Fleet.Reports;

/// <summary>A plan as one self-contained page: the answer, the load line against the traffic, and what more money buys.</summary>
public static class FleetPlanHtml
{
    /// <summary>Writes the page.</summary>
    public static void Write(FleetPlanReport report, TextWriter output)
    {
        HtmlPage page = new(report.Title, "The cheapest fleet that keeps its promises: found by formulas, confirmed by simulation.");
        page.Facts(
        [
            new("seed", report.Seed.ToString(CultureInfo.InvariantCulture)),
            new("digest", report.Digest.ToString("x16", CultureInfo.InvariantCulture)),
        ]);
        if (report.Partial)
        {
            page.Warning("Interrupted: kinds of replicas that were not searched to the end may be cheaper.");
        }

        if (report.Cheapest is null)
        {
            page.Warning(FleetPlanText.Infeasibility(report));
        }

        page.Cards([.. Cards(report)]);
        page.Notes([.. FleetPlanText.Sentences(report)]);
        if (report.Cheapest is { } cheapest)
        {
            page.Section("Traffic and load line", "Above the load line queues grow without end; head-room is what is left below it.");
            page.Figures([.. FleetPlanPictures.OfLoad(report, cheapest)]);
        }

        page.Section("What more money buys", "Each line is one kind of replica, in fleets of growing size; the band is the 95 % interval.");
        page.Figures(FleetPlanPictures.Front(report, LatencyKind.Ttft), FleetPlanPictures.Front(report, LatencyKind.Tpot));
        IReadOnlyList<SimulatedFleet> front = report.Front;
        if (front.Count > 0)
        {
            page.Table(Table(
                "Pareto front over price, energy, TTFT and TPOT",
                FleetPlanText.FleetHeadings(report),
                front.Select(fleet => FleetPlanText.FleetRow(report, fleet))));
        }

        page.Table(Table("Replicas that were looked at", FleetPlanText.EngineHeadings, FleetPlanText.EngineRows(report)));
        if (FleetPlanText.Reasons(report).ToArray() is { Length: > 0 } reasons)
        {
            page.Table(Textual("Replicas without an answer", FleetPlanText.ReasonHeadings, reasons));
        }

        if (report.Profile is { } profile && report.Cheapest is not null)
        {
            page.Section("Replicas over time", FleetPlanText.ProfileSentence(report, profile));
            page.Figures(FleetPlanPictures.Replicas(profile));
            page.Table(Table("Replicas over time", FleetPlanText.PartHeadings,
                profile.Parts.Select(part => FleetPlanText.PartRow(report, part))));
        }

        page.Section("How the numbers follow");
        page.Table(Textual(
            "Formulas",
            ["", "of", "formula", "source"],
            FleetPlanFacts.All.Select(fact => (string[])[fact.Name, fact.Value, fact.Formula, fact.Source])));
        page.Section("What was asked");
        page.Table(Textual("Configuration", ["setting", "value"],
            report.Configuration.Select(entry => (string[])[entry.Name, entry.Value])));
        if (report.Notes.Count > 0)
        {
            page.Section("Notes");
            page.Notes(report.Notes);
        }

        page.Write(output);
    }

    private static IEnumerable<HtmlCard> Cards(FleetPlanReport report)
    {
        yield return new HtmlCard("traffic, requests/s", Units.Number(report.Traffic.RequestsPerSecond));
        if (report.Cheapest is not { } cheapest)
        {
            yield break;
        }

        yield return new HtmlCard("cheapest fleet", FleetPlanText.NameOf(cheapest), $"{Units.Count(cheapest.Gpus)} GPUs");
        yield return new HtmlCard("USD an hour", cheapest.DollarsPerHour.ToString("#,0.00", CultureInfo.InvariantCulture));
        yield return new HtmlCard("load line in use", Units.Percent(cheapest.Utilization),
            $"{Units.Percent(report.Headroom)} must stay free");
        yield return new HtmlCard("good requests per USD", Units.Number(cheapest.GoodRequestsPerDollar.Mean));
        if (double.IsFinite(cheapest.JoulesPerRequest.Mean))
        {
            yield return new HtmlCard("joules a request", Units.Number(cheapest.JoulesPerRequest.Mean),
                $"± {Units.Number(cheapest.JoulesPerRequest.HalfWidth)}");
        }
    }

    private static HtmlTable Table(string caption, string[] headings, IEnumerable<string[]> rows) =>
        new(caption, headings, [.. rows.Select(row => (HtmlCell[])[.. row.Select(text => (HtmlCell)text)])]);

    private static HtmlTable Textual(string caption, string[] headings, IEnumerable<string[]> rows) =>
        Table(caption, headings, rows) with { Textual = true };
}
