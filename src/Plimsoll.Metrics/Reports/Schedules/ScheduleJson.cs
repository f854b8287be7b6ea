using System.Text.Json;
using Plimsoll.Metrics.Schedules;
using Plimsoll.Metrics.Statistics;

namespace Plimsoll.Metrics.Reports.Schedules;

/// <summary>
/// Schedules as one JSON document. With one policy its fields stand at the top; with several they stand in <c>policies</c>, each with the
/// same fields. All times are rounds.
/// </summary>
public static class ScheduleJson
{
    /// <summary>Writes the document as UTF-8, ending in a line feed.</summary>
    public static void Write(ScheduleReport report, Stream output) => JsonReport.WriteDocument(output, writer => WriteFields(writer, report));

    private static void WriteFields(Utf8JsonWriter writer, ScheduleReport report)
    {
        writer.WriteString("title", report.Title);
        writer.WriteNumber("kv_tokens", report.KvTokens);
        if (report.Runs.Count == 1)
        {
            WriteRun(writer, report, report.Runs[0]);
        }
        else
        {
            writer.WriteStartArray("policies");
            foreach (ScheduleRun run in report.Runs)
            {
                writer.WriteStartObject();
                WriteRun(writer, report, run);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (report.Optimum is { } optimum)
        {
            WriteOptimum(writer, optimum, report.Runs);
        }

        if (report.RelaxationBound is { } bound)
        {
            JsonReport.WriteNumber(writer, "lp_bound", bound);
        }

        if (report.Replicated.Count > 0)
        {
            WriteReplicated(writer, report);
        }

        writer.WriteNumber("seed", report.Seed);
        JsonReport.WriteEntries(writer, "configuration", report.Configuration);
        JsonReport.WriteStrings(writer, "notes", report.Notes);
    }

    private static void WriteRun(Utf8JsonWriter writer, ScheduleReport report, ScheduleRun run)
    {
        writer.WriteString("policy", run.Policy);
        if (run.Outcome is not { } outcome)
        {
            writer.WriteNull("total_latency");
            writer.WriteString("livelock", run.Livelock);
            return;
        }

        writer.WriteNumber("total_latency", outcome.TotalLatency);
        writer.WriteStartObject("latency");
        writer.WriteNumber("mean", outcome.MeanLatency);
        writer.WriteNumber("p50", outcome.LatencyQuantile(0.5));
        writer.WriteNumber("p90", outcome.LatencyQuantile(0.9));
        writer.WriteNumber("p99", outcome.LatencyQuantile(0.99));
        writer.WriteNumber("max", outcome.LatencyQuantile(1));
        writer.WriteEndObject();
        writer.WriteNumber("makespan", outcome.Makespan);
        writer.WriteNumber("evictions", outcome.Evictions);
        writer.WriteNumber("lost_output_tokens", outcome.LostTokens);
        writer.WriteNumber("evicted_kv_tokens", outcome.EvictedTokens);
        writer.WriteStartObject("kv");
        writer.WriteNumber("peak_tokens", outcome.PeakTokens);
        writer.WriteNumber("mean_utilization", outcome.MeanUtilization);
        writer.WriteEndObject();
        if (report.LowerBound is { } bound)
        {
            JsonReport.WriteNumber(writer, "ratio_to_bound", outcome.TotalLatency / bound);
        }

        JsonReport.WriteDigest(writer, outcome.Digest);
        writer.WriteStartArray("jobs");
        foreach (ScheduledJob job in outcome.Jobs)
        {
            WriteJob(writer, job);
        }

        writer.WriteEndArray();
    }

    private static void WriteJob(Utf8JsonWriter writer, ScheduledJob job)
    {
        writer.WriteStartObject();
        writer.WriteString("id", job.Id);
        writer.WriteNumber("prompt_tokens", job.PromptTokens);
        writer.WriteNumber("output_tokens", job.OutputTokens);
        writer.WriteNumber("arrival", job.Arrival);
        writer.WriteNumber("start", job.Start);
        writer.WriteNumber("finish", job.Finish);
        writer.WriteNumber("evictions", job.Evictions);
        writer.WriteEndObject();
    }

    private static void WriteReplicated(Utf8JsonWriter writer, ScheduleReport report)
    {
        writer.WriteNumber("replications", report.Replications);
        writer.WriteStartArray("replicated");
        foreach (ReplicatedPolicy policy in report.Replicated)
        {
            writer.WriteStartObject();
            writer.WriteString("policy", policy.Policy);
            writer.WriteNumber("livelocks", policy.Livelocks);
            for (int metric = 0; metric < ScheduleMetric.All.Count; metric++)
            {
                writer.WriteStartObject(ScheduleMetric.All[metric].Key);
                WriteEstimate(writer, "mean", "ci95", policy.Values[metric]);
                WriteEstimate(writer, "difference", "difference_ci95", policy.Differences[metric]);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteEstimate(Utf8JsonWriter writer, string mean, string interval, MeanEstimate estimate)
    {
        JsonReport.WriteNumber(writer, mean, estimate.Mean);
        JsonReport.WriteInterval(writer, interval, estimate);
    }

    private static void WriteOptimum(Utf8JsonWriter writer, ScheduleOptimum optimum, IReadOnlyList<ScheduleRun> runs)
    {
        writer.WriteStartObject("optimal");
        writer.WriteNumber("total_latency", optimum.TotalLatency);
        writer.WriteBoolean("proven", optimum.Proven);
        JsonReport.WriteNumber(writer, "lower_bound", optimum.LowerBound);
        JsonReport.WriteNumber(writer, "gap", optimum.Gap);
        JsonReport.WriteNumber(writer, "seconds", optimum.Seconds);
        if (runs.FirstOrDefault(run => run.Outcome is not null)?.Outcome is { } outcome)
        {
            writer.WriteStartArray("jobs");
            for (int i = 0; i < optimum.Starts.Count; i++)
            {
                ScheduledJob job = outcome.Jobs[i];
                writer.WriteStartObject();
                writer.WriteString("id", job.Id);
                writer.WriteNumber("start", optimum.Starts[i]);
                writer.WriteNumber("finish", optimum.Starts[i] + job.OutputTokens);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
