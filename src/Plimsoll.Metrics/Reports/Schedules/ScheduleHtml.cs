using System.Globalization;
using Plimsoll.Metrics.Reports.Html;
using Plimsoll.Metrics.Reports.Svg;
using Plimsoll.Metrics.Schedules;

namespace Plimsoll.Metrics.Reports.Schedules;

/// <summary>Schedules as one self-contained page: numbers, memory over time, and who ran when.</summary>
public static class ScheduleHtml
{
    private const int MostRows = 60;
    private const int MostPoints = 800;

    /// <summary>Writes the page.</summary>
    public static void Write(ScheduleReport report, TextWriter output)
    {
        HtmlPage page = new(report.Title, $"One replica of {Units.Count(report.KvTokens)} KV tokens in unit rounds: every running job gets one token a round.");
        page.Facts([new("seed", report.Seed.ToString(CultureInfo.InvariantCulture))]);
        string[] bounds = [.. ScheduleText.Bounds(report)];
        if (bounds.Length > 0)
        {
            page.Notes(bounds);
        }

        page.Section("Policies", "Latency is the number of rounds from arrival to the last token.");
        page.Table(new HtmlTable(
            report.Replications > 1 ? "The first list, in rounds" : "In rounds", ScheduleText.Headings, [.. report.Runs.Select(run => Cells(ScheduleText.Row(report, run)))]));
        if (report.Replicated.Count > 0)
        {
            string[] headings = ["", .. report.Replicated.Select(policy => policy.Policy)];
            page.Table(new HtmlTable(
                $"Over {Units.Count(report.Replications)} lists: mean ± half the 95 % interval",
                headings,
                [.. ScheduleText.ReplicatedRows(report, ScheduleText.Value).Select(Cells)]));
            page.Table(new HtmlTable(
                $"Difference from {report.Runs[0].Policy}, list by list; a star where the 95 % interval excludes zero",
                headings,
                [.. ScheduleText.ReplicatedRows(report, ScheduleText.Difference).Select(Cells)]));
        }

        ScheduleRun[] ended = [.. report.Runs.Where(run => run.Outcome is not null)];
        page.Section("Memory over time", "KV tokens held at the end of each round; the upper edge is all there is.");
        page.Figures([.. ended.Select(run => Memory(run.Policy, run.Outcome!))]);
        if (ended.Any(run => run.Outcome!.Jobs.Count <= MostRows))
        {
            page.Section("Who ran when", "A line is waiting, a bar is running, a hollow bar was lost to an eviction.");
            page.Figures([.. ended.Where(run => run.Outcome!.Jobs.Count <= MostRows).Select(run => Gantt(run.Policy, run.Outcome!)), .. BestKnown(report)]);
        }

        if (report.Configuration.Count > 0)
        {
            page.Section("What was run");
            page.Table(new HtmlTable(
                "Configuration", ["setting", "value"], [.. report.Configuration.Select(entry => new HtmlCell[] { entry.Name, entry.Value })], Textual: true));
        }

        if (report.Notes.Count > 0)
        {
            page.Section("Notes");
            page.Notes(report.Notes);
        }

        page.Write(output);
    }

    private static HtmlCell[] Cells(string[] row) => [.. row.Select(text => (HtmlCell)text)];

    private static string Memory(string policy, ScheduleOutcome outcome)
    {
        int every = Math.Max(1, (outcome.HeldTokens.Count + MostPoints - 1) / MostPoints);
        List<PlotPoint> points = [];
        List<PlotBand> band = [];
        for (int start = 0; start < outcome.HeldTokens.Count; start += every)
        {
            long[] held = [.. outcome.HeldTokens.Skip(start).Take(every)];
            points.Add(new PlotPoint(start, held.Average()));
            band.Add(new PlotBand(start, held.Min(), held.Max()));
        }

        return new LinePlot(
            policy,
            $"KV tokens held over time under {policy}: at most {Units.Count(outcome.PeakTokens)} of {Units.Count(outcome.KvTokens)}.",
            new PlotAxis("round", Min: 0),
            new PlotAxis("KV tokens", Min: 0, Max: outcome.KvTokens),
            [new PlotSeries(policy, points, Filled: true) { Band = every > 1 ? band : [] }]).ToFigure();
    }

    private static string Gantt(string policy, ScheduleOutcome outcome) => new GanttPlot(
        policy,
        $"When each job waited and ran under {policy}.",
        "round",
        outcome.Makespan,
        [
            .. outcome.Jobs.Select(job => new GanttRow(
                job.Id, job.Arrival, [.. job.Stays.Select(stay => new GanttBar(stay.From, stay.To, stay.Evicted))])),
        ]).ToFigure();

    private static IEnumerable<string> BestKnown(ScheduleReport report)
    {
        if (report.Optimum is { } optimum && report.Runs.FirstOrDefault(run => run.Outcome is not null)?.Outcome is { } outcome)
        {
            string name = optimum.Proven ? "hindsight optimum" : "best schedule found";
            yield return new GanttPlot(
                name,
                $"When each job waited and ran in the {name}.",
                "round",
                outcome.Jobs.Select((job, i) => optimum.Starts[i] + job.OutputTokens).Max(),
                [
                    .. outcome.Jobs.Select((job, i) => new GanttRow(
                        job.Id, job.Arrival, [new GanttBar(optimum.Starts[i], optimum.Starts[i] + job.OutputTokens)])),
                ]).ToFigure();
        }
    }
}
