using System.Text.Json;
using Plimsoll.LoadGen.Runs;
using Plimsoll.LoadGen.Servers;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.LoadGen.Reports;

/// <summary>A benchmark as one JSON document: the names of the simulator's report where they mean the same.</summary>
public static class BenchJson
{
    /// <summary>Writes it as UTF-8, ending in a line feed.</summary>
    public static void Write(BenchReport report, Stream output) => JsonReport.WriteDocument(output, json => WriteFields(json, report));

    private static void WriteFields(Utf8JsonWriter json, BenchReport report)
    {
        json.WriteString("title", report.Title);
        json.WriteBoolean("valid", report.IsValid);
        JsonReport.WriteStrings(json, "why_not_valid", report.WhyNot);
        if (report.Search is { } search)
        {
            WriteSearch(json, search);
        }

        WriteMeasure(json, report.Measure);
        WriteRepeats(json, report);
        json.WriteNumber("seed", report.Seed);
        json.WriteBoolean("partial", report.Partial);
        JsonReport.WriteEntries(json, "configuration", report.Configuration);
        JsonReport.WriteStrings(json, "notes", report.Notes);
    }

    private static void WriteMeasure(Utf8JsonWriter json, LoadMeasure measure)
    {
        JsonReport.WriteRequests(json, measure.Requests, "reasons", measure.Reasons);
        WriteRates(json, measure);
        JsonReport.WriteLatency(json, "ttft_seconds", measure.Ttft);
        JsonReport.WriteLatency(json, "tpot_seconds", measure.Tpot);
        JsonReport.WriteLatency(json, "itl_seconds", measure.Itl);
        JsonReport.WriteLatency(json, "ntpot_seconds", measure.Ntpot);
        JsonReport.WriteLatency(json, "e2e_seconds", measure.E2e);
        json.WriteStartObject("prompt_tokens");
        JsonReport.WriteNumber(json, "mean_error", measure.PromptErrorTokens);
        json.WriteNumber("greatest_error", measure.GreatestPromptErrorTokens);
        JsonReport.WriteNumber(json, "cached_fraction", measure.CachedFraction);
        json.WriteEndObject();
        json.WriteNumber("other_output_lengths", measure.OtherOutputLengths);
        JsonReport.WriteNumber(json, "duration_seconds", measure.Seconds);
        WriteClient(json, measure);
        if (measure.Server is { } server)
        {
            WriteServer(json, server);
        }

        WriteWindows(json, measure.Windows);
    }

    private static void WriteRates(Utf8JsonWriter json, LoadMeasure measure)
    {
        json.WriteStartObject("throughput");
        JsonReport.WriteNumber(json, "offered_requests_per_second", measure.OfferedPerSecond);
        JsonReport.WriteNumber(json, "requests_per_second", measure.Throughput.RequestsPerSecond);
        JsonReport.WriteNumber(json, "output_tokens_per_second", measure.Throughput.OutputTokensPerSecond);
        JsonReport.WriteNumber(json, "prompt_tokens_per_second", measure.Throughput.PromptTokensPerSecond);
        JsonReport.WriteNumber(json, "total_tokens_per_second", measure.Throughput.TotalTokensPerSecond);
        json.WriteEndObject();
        json.WriteStartObject("goodput");
        JsonReport.WriteNumber(json, "requests_per_second", measure.Throughput.GoodputRequestsPerSecond);
        JsonReport.WriteNumber(json, "fraction", measure.Throughput.GoodputFraction);
        json.WriteEndObject();
    }

    private static void WriteClient(Utf8JsonWriter json, LoadMeasure measure)
    {
        json.WriteStartObject("client");
        JsonReport.WriteLatency(json, "schedule_lag_seconds", measure.ScheduleLag);
        JsonReport.WriteLatency(json, "loop_lag_seconds", measure.LoopLag);
        JsonReport.WriteLatency(json, "sending_seconds", measure.Sending);
        JsonReport.WriteNumber(json, "cpu_utilization", measure.Client.CpuUtilization);
        JsonReport.WriteNumber(json, "machine_cpu_utilization", measure.Client.MachineUtilization);
        json.WriteNumber("cores", measure.Client.Cores);
        JsonReport.WriteNumber(json, "garbage_collection_seconds", measure.Client.GarbageCollectionSeconds);
        json.WriteNumber("connections_opened", measure.ConnectionsOpened);
        json.WriteNumber("resent_requests", measure.Resent);
        JsonReport.WriteNumber(json, "lag_bound_seconds", measure.Verdict.BoundSeconds);
        json.WriteBoolean("bottleneck", measure.Verdict.IsBottleneck);
        JsonReport.WriteStrings(json, "bottleneck_reasons", measure.Verdict.Reasons);
        json.WriteEndObject();
    }

    private static void WriteServer(Utf8JsonWriter json, ServerView server)
    {
        json.WriteStartObject("server");
        WriteLoad(json, "running_requests", [.. server.Samples.Select(sample => (double?)sample.Load.RunningRequests)]);
        WriteLoad(json, "waiting_requests", [.. server.Samples.Select(sample => (double?)sample.Load.WaitingRequests)]);
        WriteLoad(json, "kv_utilization", [.. server.Samples.Select(sample => sample.Load.KvUsage)]);
        foreach (ServerMean mean in server.Means)
        {
            json.WriteStartObject(mean.Name);
            JsonReport.WriteNumber(json, "mean", mean.Seconds);
            JsonReport.WriteNumber(json, "count", mean.Count);
            json.WriteEndObject();
        }

        foreach ((string name, double growth) in server.Counters)
        {
            JsonReport.WriteNumber(json, name, growth);
        }

        json.WriteNumber("samples", server.Samples.Count);
        json.WriteEndObject();
    }

    // Before and after are the first and the last sample; mean and peak are of all.
    private static void WriteLoad(Utf8JsonWriter json, string name, double?[] values)
    {
        double[] known = [.. values.OfType<double>()];
        json.WriteStartObject(name);
        JsonReport.WriteNumber(json, "before", values[0] ?? double.NaN);
        JsonReport.WriteNumber(json, "mean", known.Length > 0 ? known.Average() : double.NaN);
        JsonReport.WriteNumber(json, "peak", known.Length > 0 ? known.Max() : double.NaN);
        JsonReport.WriteNumber(json, "after", values[^1] ?? double.NaN);
        json.WriteEndObject();
    }

    private static void WriteWindows(Utf8JsonWriter json, IReadOnlyList<LoadWindow> windows)
    {
        json.WriteStartArray("windows");
        foreach (LoadWindow window in windows)
        {
            json.WriteStartObject();
            JsonReport.WriteNumber(json, "from_seconds", window.FromSeconds);
            JsonReport.WriteNumber(json, "to_seconds", window.ToSeconds);
            JsonReport.WriteNumber(json, "offered_requests_per_second", window.OfferedPerSecond);
            json.WriteNumber("completed", window.Completed);
            JsonReport.WriteNumber(json, "goodput_requests_per_second", window.GoodPerSecond);
            JsonReport.WriteNumber(json, "ttft_p50_seconds", window.TtftP50);
            JsonReport.WriteNumber(json, "ttft_p99_seconds", window.TtftP99);
            JsonReport.WriteNumber(json, "e2e_p50_seconds", window.E2eP50);
            JsonReport.WriteNumber(json, "schedule_lag_p99_seconds", window.LagP99);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRepeats(Utf8JsonWriter json, BenchReport report)
    {
        json.WriteStartObject("repeats");
        json.WriteNumber("count", report.Runs.Count);
        foreach (RepeatedMetric metric in report.Runs.Count > 1 ? RepeatedMetric.Of(report.Runs) : [])
        {
            json.WriteStartObject(metric.Name);
            JsonReport.WriteNumber(json, "mean", metric.Estimate.Mean);
            JsonReport.WriteInterval(json, "ci95", metric.Estimate);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteSearch(Utf8JsonWriter json, RateSearch search)
    {
        json.WriteStartObject("search");
        JsonReport.WriteNumber(json, "requests_per_second", search.Rate);
        JsonReport.WriteNumber(json, "every_trial_passed_requests_per_second", search.SafeRate);
        JsonReport.WriteNumber(json, "every_trial_failed_requests_per_second", search.FailingRate);
        json.WriteStartArray("trials");
        foreach (RateTrial trial in search.Trials)
        {
            json.WriteStartObject();
            JsonReport.WriteNumber(json, "requests_per_second", trial.Rate);
            json.WriteNumber("trial", trial.Trial);
            JsonReport.WriteNumber(json, "good_fraction", trial.GoodFraction);
            json.WriteBoolean("passed", trial.Passed);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
