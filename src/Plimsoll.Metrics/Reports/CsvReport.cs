using System.Globalization;
using System.Text.Json;
using Plimsoll.Core;
using Plimsoll.Metrics.Sampling;

namespace Plimsoll.Metrics.Reports;

/// <summary>
/// A run as tables: comma-separated, one header line, seconds to the nanosecond, an empty field where there is no value. Lines end in a
/// line feed.
/// </summary>
public static class CsvReport
{
    private static readonly string[] Outcomes = SnakeCaseNames<RequestOutcome>();
    private static readonly string[] Reasons = SnakeCaseNames<RejectReason>();

    /// <summary>Writes the header of the table of requests.</summary>
    public static void WriteRequestHeader(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write("request_id,arrival_seconds,scheduled_seconds,first_token_seconds,finished_seconds,prompt_tokens,output_tokens,");
        output.Write("cached_tokens,preemptions,replica,outcome,reject_reason,queue_seconds,ttft_seconds,tpot_seconds,e2e_seconds\n");
    }

    /// <summary>Writes one request: its stamps and counts and, if it completed, its latencies.</summary>
    public static void WriteRequest(TextWriter output, in RequestTimeline timeline)
    {
        ArgumentNullException.ThrowIfNull(output);
        WriteField(output, timeline.Id.Value);
        WriteField(output, timeline.Arrival);
        WriteField(output, timeline.Scheduled);
        WriteField(output, timeline.FirstToken);
        WriteField(output, timeline.Finished);
        WriteField(output, timeline.PromptTokens);
        WriteField(output, timeline.OutputTokens);
        WriteField(output, timeline.CachedTokens);
        WriteField(output, timeline.Preemptions);
        WriteOptional(output, timeline.Replica >= 0 ? timeline.Replica : null);
        output.Write(Outcomes[(int)timeline.Outcome]);
        output.Write(',');
        output.Write(timeline.Outcome == RequestOutcome.Rejected ? Reasons[(int)timeline.RejectReason] : "");
        output.Write(',');
        WriteLatencies(output, in timeline);
        output.Write('\n');
    }

    /// <summary>Writes the fleet over time, one line for each sample; its last three columns count from the start.</summary>
    public static void WriteTimeSeries(TextWriter output, TimeSeries series)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(series);
        output.Write("time_seconds,running,waiting,queued,kv_utilization,arrivals,completed,output_tokens\n");
        foreach (FleetSample sample in series.Fleet)
        {
            WriteField(output, sample.At);
            WriteField(output, sample.Running);
            WriteField(output, sample.Waiting);
            WriteField(output, sample.Queued);
            WriteOptional(output, sample.KvFraction);
            WriteField(output, sample.Totals.Arrivals);
            WriteField(output, sample.Totals.Completed);
            output.Write(sample.Totals.OutputTokens.ToString(CultureInfo.InvariantCulture));
            output.Write('\n');
        }
    }

    /// <summary>Writes one line for each replica.</summary>
    public static void WriteReplicas(TextWriter output, IReadOnlyList<ReplicaSummary> replicas)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(replicas);
        output.Write("replica,requests,output_tokens,mean_running,kv_mean_utilization,kv_peak_utilization,busy_fraction,joules\n");
        foreach (ReplicaSummary replica in replicas)
        {
            WriteField(output, replica.Replica);
            WriteField(output, replica.Requests);
            WriteField(output, replica.OutputTokens);
            WriteOptional(output, replica.MeanRunning);
            WriteOptional(output, replica.KvMeanUtilization);
            WriteOptional(output, replica.KvPeakUtilization);
            WriteOptional(output, replica.BusyFraction);
            output.Write(Text(replica.Joules));
            output.Write('\n');
        }
    }

    private static void WriteLatencies(TextWriter output, in RequestTimeline timeline)
    {
        if (timeline.Outcome != RequestOutcome.Completed)
        {
            output.Write(",,,");
            return;
        }

        DecimalSeconds.Write(output, TimelineMetrics.Queue(in timeline));
        output.Write(',');
        DecimalSeconds.Write(output, TimelineMetrics.Ttft(in timeline));
        output.Write(',');
        if (TimelineMetrics.HasTpot(in timeline))
        {
            DecimalSeconds.Write(output, TimelineMetrics.Tpot(in timeline));
        }

        output.Write(',');
        DecimalSeconds.Write(output, TimelineMetrics.E2e(in timeline));
    }

    private static void WriteField(TextWriter output, long value)
    {
        Span<char> text = stackalloc char[20];
        _ = value.TryFormat(text, out int written, provider: CultureInfo.InvariantCulture);
        output.Write(text[..written]);
        output.Write(',');
    }

    private static void WriteField(TextWriter output, Instant instant)
    {
        DecimalSeconds.Write(output, instant);
        output.Write(',');
    }

    private static void WriteOptional(TextWriter output, double? value)
    {
        output.Write(value is { } number ? Text(number) : "");
        output.Write(',');
    }

    private static string Text(double value) => double.IsFinite(value) ? value.ToString(CultureInfo.InvariantCulture) : "";

    private static string[] SnakeCaseNames<T>()
        where T : struct, Enum =>
        [.. Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];
}
