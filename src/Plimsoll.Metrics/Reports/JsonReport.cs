using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Plimsoll.Metrics.Statistics;

namespace Plimsoll.Metrics.Reports;

/// <summary>
/// A run as one JSON document: snake_case names that end in their SI unit, always in the same order, with what differs from run to run
/// (<c>wall</c>) apart and last. A value that does not exist is null; a group that does not apply is left out.
/// </summary>
public static class JsonReport
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the document as UTF-8, ending in a line feed.</summary>
    public static void Write(RunReport report, Stream output) => WriteDocument(output, writer => WriteFields(writer, report));

    /// <summary>Writes one JSON object in the style of every report, as UTF-8 and ending in a line feed.</summary>
    public static void WriteDocument(Stream output, Action<Utf8JsonWriter> writeFields)
    {
        using (Utf8JsonWriter writer = new(output, Options))
        {
            writer.WriteStartObject();
            writeFields(writer);
            writer.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    /// <summary>Writes a number, or null where there is none (infinite, or not a number).</summary>
    public static void WriteNumber(Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    /// <summary>Writes a list of texts.</summary>
    public static void WriteStrings(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes settings as one object of texts.</summary>
    public static void WriteEntries(Utf8JsonWriter writer, string name, IReadOnlyList<ReportEntry> entries)
    {
        writer.WriteStartObject(name);
        foreach (ReportEntry entry in entries)
        {
            writer.WriteString(entry.Name, entry.Value);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes a digest as sixteen hexadecimal digits.</summary>
    public static void WriteDigest(Utf8JsonWriter writer, ulong digest) =>
        writer.WriteString("digest", digest.ToString("x16", CultureInfo.InvariantCulture));

    internal static void WriteWall(Utf8JsonWriter writer, WallSummary wall)
    {
        writer.WriteStartObject("wall");
        WriteNumber(writer, "seconds", wall.Seconds);
        WriteNumber(writer, "requests_per_second", wall.RequestsPerSecond);
        writer.WriteNumber("peak_memory_bytes", wall.PeakMemoryBytes);
        writer.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter writer, RunReport report)
    {
        writer.WriteString("title", report.Title);
        WriteRequests(writer, report.Requests, "rejected_reasons", report.RejectedReasons);
        WriteThroughput(writer, report.Throughput);
        WriteLatency(writer, "ttft_seconds", report.Ttft);
        WriteLatency(writer, "tpot_seconds", report.Tpot);
        WriteLatency(writer, "itl_seconds", report.Itl);
        WriteLatency(writer, "e2e_seconds", report.E2e);
        WriteLatency(writer, "queue_seconds", report.Queue);
        WriteEngine(writer, report);
        WritePrediction(writer, report.Prediction);
        WriteNumber(writer, "duration_seconds", report.DurationSeconds);
        WriteDigest(writer, report.Digest);
        writer.WriteNumber("seed", report.Seed);
        writer.WriteBoolean("partial", report.Partial);
        WriteEntries(writer, "configuration", report.Configuration);
        WriteStrings(writer, "notes", report.Notes);
        WriteReplicas(writer, report.Replicas);
        if (report.Wall is { } wall)
        {
            WriteWall(writer, wall);
        }
    }

    /// <summary>Requests by how they ended, and why some did not end well, as two fields.</summary>
    public static void WriteRequests(Utf8JsonWriter writer, in RequestCounts requests, string reasonsName, IEnumerable<ReasonCount> reasons)
    {
        writer.WriteStartObject("requests");
        writer.WriteNumber("submitted", requests.Submitted);
        writer.WriteNumber("completed", requests.Completed);
        writer.WriteNumber("rejected", requests.Rejected);
        writer.WriteNumber("failed", requests.Failed);
        writer.WriteNumber("cancelled", requests.Cancelled);
        writer.WriteNumber("in_flight", requests.InFlight);
        writer.WriteEndObject();
        writer.WriteStartObject(reasonsName);
        foreach (ReasonCount reason in reasons)
        {
            writer.WriteNumber(reason.Reason, reason.Requests);
        }

        writer.WriteEndObject();
    }

    private static void WriteThroughput(Utf8JsonWriter writer, ThroughputSummary throughput)
    {
        writer.WriteStartObject("throughput");
        WriteNumber(writer, "requests_per_second", throughput.RequestsPerSecond);
        WriteNumber(writer, "output_tokens_per_second", throughput.OutputTokensPerSecond);
        WriteNumber(writer, "prompt_tokens_per_second", throughput.PromptTokensPerSecond);
        WriteNumber(writer, "total_tokens_per_second", throughput.TotalTokensPerSecond);
        WriteNumber(writer, "goodput_requests_per_second", throughput.GoodputRequestsPerSecond);
        WriteNumber(writer, "goodput_fraction", throughput.GoodputFraction);
        writer.WriteEndObject();
    }

    /// <summary>A 95 % interval as a list of its two ends; null where there is none.</summary>
    public static void WriteInterval(Utf8JsonWriter writer, string name, MeanEstimate estimate)
    {
        if (!double.IsFinite(estimate.HalfWidth))
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartArray(name);
        writer.WriteNumberValue(estimate.Low);
        writer.WriteNumberValue(estimate.High);
        writer.WriteEndArray();
    }

    /// <summary>A latency in seconds as one field; none if there is no latency.</summary>
    public static void WriteLatency(Utf8JsonWriter writer, string name, LatencySummary? latency)
    {
        if (latency is null)
        {
            return;
        }

        writer.WriteStartObject(name);
        WriteNumber(writer, "mean", latency.Mean);
        WriteNumber(writer, "p50", latency.P50);
        WriteNumber(writer, "p90", latency.P90);
        WriteNumber(writer, "p95", latency.P95);
        WriteNumber(writer, "p99", latency.P99);
        WriteNumber(writer, "min", latency.Min);
        WriteNumber(writer, "max", latency.Max);
        writer.WriteNumber("count", latency.Count);
        writer.WriteEndObject();
    }

    private static void WriteEngine(Utf8JsonWriter writer, RunReport report)
    {
        if (report.Kv is { } kv)
        {
            writer.WriteStartObject("kv");
            WriteNumber(writer, "mean_utilization", kv.MeanUtilization);
            WriteNumber(writer, "peak_utilization", kv.PeakUtilization);
            writer.WriteNumber("preemptions", kv.Preemptions);
            writer.WriteNumber("evicted_tokens", kv.EvictedTokens);
            writer.WriteNumber("lost_output_tokens", kv.LostOutputTokens);
            writer.WriteNumber("blocks_total", kv.BlocksTotal);
            writer.WriteNumber("block_tokens", kv.BlockTokens);
            WriteNumber(writer, "prefix_hit_ratio", kv.PrefixHitRatio);
            writer.WriteEndObject();
        }

        if (report.Batch is { } batch)
        {
            writer.WriteStartObject("batch");
            writer.WriteNumber("steps", batch.Steps);
            WriteNumber(writer, "mean_running", batch.MeanRunning);
            writer.WriteNumber("peak_running", batch.PeakRunning);
            WriteNumber(writer, "mean_step_seconds", batch.MeanStepSeconds);
            writer.WriteEndObject();
        }

        if (report.Barrier is { } barrier)
        {
            WriteBarrier(writer, "barrier", barrier);
        }

        if (report.Energy is { } energy)
        {
            writer.WriteStartObject("energy");
            WriteNumber(writer, "joules", energy.Joules);
            WriteNumber(writer, "joules_per_output_token", energy.JoulesPerOutputToken);
            WriteNumber(writer, "mean_watts", energy.MeanWatts);
            writer.WriteEndObject();
        }
    }

    private static void WriteBarrier(Utf8JsonWriter writer, string name, BarrierSummary barrier)
    {
        writer.WriteStartObject(name);
        WriteNumber(writer, "imbalance", barrier.Imbalance);
        WriteNumber(writer, "imbalance_time_weighted", barrier.ImbalanceTimeWeighted);
        WriteNumber(writer, "idle_fraction", barrier.IdleFraction);
        WriteNumber(writer, "idle_fraction_time_weighted", barrier.IdleFractionTimeWeighted);
        WriteNumber(writer, "waiting_fraction", barrier.WaitingFraction);
        writer.WriteNumber("steps", barrier.Steps);
        WriteNumber(writer, "seconds", barrier.Seconds);
        WriteNumber(writer, "output_tokens_per_second", barrier.OutputTokensPerSecond);
        WriteNumber(writer, "seconds_per_output_token", barrier.SecondsPerOutputToken);
        WriteNumber(writer, "joules", barrier.Joules);
        WriteNumber(writer, "joules_per_output_token", barrier.JoulesPerOutputToken);
        if (barrier.WholeRun is { } whole)
        {
            WriteBarrier(writer, "whole_run", whole);
        }

        writer.WriteEndObject();
    }

    private static void WritePrediction(Utf8JsonWriter writer, PredictionSummary? prediction)
    {
        if (prediction is null)
        {
            return;
        }

        writer.WriteStartObject("prediction");
        writer.WriteNumber("requests", prediction.Requests);
        writer.WriteNumber("points", prediction.Points);
        writer.WriteNumber("intervals", prediction.Intervals);
        WriteNumber(writer, "coverage", prediction.Coverage);
        WriteNumber(writer, "mean_width_tokens", prediction.MeanWidthTokens);
        WriteNumber(writer, "mean_relative_width", prediction.MeanRelativeWidth);
        WriteNumber(writer, "mean_absolute_error_tokens", prediction.MeanAbsoluteErrorTokens);
        WriteNumber(writer, "mean_relative_error", prediction.MeanRelativeError);
        WriteNumber(writer, "class_accuracy", prediction.ClassAccuracy);
        writer.WriteEndObject();
    }

    private static void WriteReplicas(Utf8JsonWriter writer, IReadOnlyList<ReplicaSummary> replicas)
    {
        writer.WriteStartArray("replicas");
        foreach (ReplicaSummary replica in replicas)
        {
            writer.WriteStartObject();
            writer.WriteNumber("replica", replica.Replica);
            writer.WriteNumber("requests", replica.Requests);
            writer.WriteNumber("output_tokens", replica.OutputTokens);
            WriteNumber(writer, "mean_running", replica.MeanRunning);
            WriteNumber(writer, "kv_mean_utilization", replica.KvMeanUtilization);
            WriteNumber(writer, "kv_peak_utilization", replica.KvPeakUtilization);
            WriteNumber(writer, "busy_fraction", replica.BusyFraction);
            if (double.IsFinite(replica.Joules))
            {
                writer.WriteNumber("joules", replica.Joules);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
