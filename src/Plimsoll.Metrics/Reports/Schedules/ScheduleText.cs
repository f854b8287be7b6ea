using System.Globalization;
using Plimsoll.Metrics.Schedules;
using Plimsoll.Metrics.Statistics;

namespace Plimsoll.Metrics.Reports.Schedules;

/// <summary>Schedules as a few aligned lines for a terminal.</summary>
public static class ScheduleText
{
    // More jobs than this are a number, not a list.
    private const int MostJobs = 40;

    /// <summary>Columns of the table of policies.</summary>
    internal static readonly string[] Headings =
        ["policy", "total latency", "mean", "p50", "p99", "makespan", "evictions", "lost tokens", "KV use", "to bound"];

    /// <summary>Writes the report.</summary>
    public static void Write(ScheduleReport report, TextWriter output)
    {
        output.Write(report.Title + "\n");
        TextTable.Write(output, [Headings, .. report.Runs.Select(run => Row(report, run))]);
        if (report.Runs is [{ Outcome: { } outcome }] && outcome.Jobs.Count <= MostJobs)
        {
            output.Write('\n');
            TextTable.Write(output, [["job", "arrival", "start", "finish", "evictions"], .. outcome.Jobs.Select(JobRow)]);
        }

        if (report.Replicated.Count > 0)
        {
            output.Write($"\nOver {Units.Count(report.Replications)} lists: mean ± half the 95 % interval\n\n");
            TextTable.Write(output, [["", .. report.Replicated.Select(policy => policy.Policy)], .. ReplicatedRows(report, Value)]);
            output.Write($"\nDifference from {report.Runs[0].Policy}, list by list; a star where the 95 % interval excludes zero\n\n");
            TextTable.Write(output, [["", .. report.Replicated.Select(policy => policy.Policy)], .. ReplicatedRows(report, Difference)]);
            output.Write('\n');
        }

        foreach (string line in Bounds(report).Concat(report.Notes))
        {
            output.Write(line + "\n");
        }
    }

    /// <summary>One policy's numbers, in the order of the headings.</summary>
    internal static string[] Row(ScheduleReport report, ScheduleRun run) => run.Outcome is not { } outcome
        ? [run.Policy, "livelock", "–", "–", "–", "–", "–", "–", "–", "–"]
        :
        [
            run.Policy,
            Units.Count(outcome.TotalLatency),
            Units.Number(outcome.MeanLatency),
            Units.Count(outcome.LatencyQuantile(0.5)),
            Units.Count(outcome.LatencyQuantile(0.99)),
            Units.Count(outcome.Makespan),
            Units.Count(outcome.Evictions),
            Units.Count(outcome.LostTokens),
            Units.Percent(outcome.MeanUtilization),
            report.LowerBound is { } bound ? (outcome.TotalLatency / bound).ToString("0.0000", CultureInfo.InvariantCulture) : "–",
        ];

    /// <summary>A row for each metric that some policy has.</summary>
    internal static IEnumerable<string[]> ReplicatedRows(ScheduleReport report, Func<ReplicatedPolicy, int, string> cell) =>
        from metric in Enumerable.Range(0, ScheduleMetric.All.Count)
        where report.Replicated.Any(policy => double.IsFinite(policy.Values[metric].Mean))
        select (string[])[ScheduleMetric.All[metric].Label, .. report.Replicated.Select(policy => cell(policy, metric))];

    /// <summary>A mean with half the width of its interval.</summary>
    internal static string Value(ReplicatedPolicy policy, int metric)
    {
        MeanEstimate value = policy.Values[metric];
        string text = ScheduleMetric.All[metric].Text(value.Mean);
        return double.IsFinite(value.HalfWidth) ? $"{text} ± {ScheduleMetric.All[metric].Text(value.HalfWidth)}"
            : policy.Livelocks > 0 ? $"livelock in {policy.Livelocks}" : text;
    }

    /// <summary>A mean difference with half the width of its interval, and a star if that excludes zero.</summary>
    internal static string Difference(ReplicatedPolicy policy, int metric)
    {
        MeanEstimate difference = policy.Differences[metric];
        Func<double, string> text = ScheduleMetric.All[metric].Text;
        return double.IsFinite(difference.HalfWidth)
            ? $"{(difference.Mean > 0 ? "+" : "")}{text(difference.Mean)} ± {text(difference.HalfWidth)}{(difference.ExcludesZero ? " *" : "")}"
            : "–";
    }

    /// <summary>What the solver found, in sentences.</summary>
    internal static IEnumerable<string> Bounds(ScheduleReport report)
    {
        if (report.Optimum is { } optimum)
        {
            yield return optimum.Proven
                ? $"hindsight optimum: {Units.Count(optimum.TotalLatency)}, proven, in {Units.Seconds(optimum.Seconds)}"
                : $"best schedule found: {Units.Count(optimum.TotalLatency)}, not proven; no schedule is below {Units.Number(optimum.LowerBound)}"
                    + $" (gap {Units.Percent(optimum.Gap)}), in {Units.Seconds(optimum.Seconds)}";
        }

        if (report.RelaxationBound is { } bound)
        {
            yield return $"linear relaxation: {bound.ToString("#,0.00", CultureInfo.InvariantCulture)}";
        }

        foreach (ScheduleRun run in report.Runs.Where(run => run.Livelock.Length > 0))
        {
            yield return $"{run.Policy}: {run.Livelock}";
        }
    }

    private static string[] JobRow(ScheduledJob job) =>
        [job.Id, Units.Count(job.Arrival), Units.Count(job.Start), Units.Count(job.Finish), Units.Count(job.Evictions)];
}
