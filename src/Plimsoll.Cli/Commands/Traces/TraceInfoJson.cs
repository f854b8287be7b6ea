using System.Text.Json;
using Plimsoll.Metrics.Reports;
using Plimsoll.Workloads.Statistics;

namespace Plimsoll.Cli.Commands.Traces;

/// <summary>Findings as JSON: one trace is the document itself, several stand in a list.</summary>
internal static class TraceInfoJson
{
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<TraceFindings> traces)
    {
        if (traces is [var only])
        {
            WriteFields(writer, only);
            return;
        }

        writer.WriteStartArray("traces");
        foreach (TraceFindings trace in traces)
        {
            writer.WriteStartObject();
            WriteFields(writer, trace);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteFields(Utf8JsonWriter writer, TraceFindings trace)
    {
        writer.WriteString("name", trace.Name);
        writer.WriteString("format", trace.Format);
        if (trace.Model is { } model)
        {
            WriteModel(writer, model);
        }

        foreach ((string name, double value) in trace.Requests?.Named() ?? [])
        {
            JsonReport.WriteNumber(writer, name, value);
        }

        writer.WriteBoolean("lengths_only", trace.LengthsOnly);
        writer.WriteNumber("failed_rows", trace.FailedRows);
        writer.WriteNumber("bad_rows", trace.BadRows);
        writer.WriteBoolean("partial", trace.Partial);
        JsonReport.WriteStrings(writer, "notes", trace.Notes);
        if (trace.Requests is { } requests)
        {
            WriteHistograms(writer, requests);
        }
    }

    private static void WriteModel(Utf8JsonWriter writer, ServeGenStatistics model)
    {
        writer.WriteNumber("clients", model.Clients);
        writer.WriteNumber("windows", model.Windows);
        writer.WriteNumber("requests_est", model.RequestsEstimated);
        JsonReport.WriteNumber(writer, "mean_rate_rps", model.MeanRate);
        JsonReport.WriteNumber(writer, "peak_rate_rps", model.PeakRate);
        JsonReport.WriteNumber(writer, "peak_over_mean", model.PeakOverMean);
        JsonReport.WriteNumber(writer, "client_window_cv_p50", model.ClientWindowVariationP50);
        JsonReport.WriteNumber(writer, "client_window_cv_p90", model.ClientWindowVariationP90);
        WriteLengths(writer, "input", model.Prompt);
        WriteLengths(writer, "output", model.Output);
    }

    private static void WriteLengths(Utf8JsonWriter writer, string name, LengthSummary lengths)
    {
        writer.WriteStartObject(name);
        JsonReport.WriteNumber(writer, "mean", lengths.Mean);
        JsonReport.WriteNumber(writer, "std", lengths.StandardDeviation);
        JsonReport.WriteNumber(writer, "p50", lengths.P50);
        JsonReport.WriteNumber(writer, "p90", lengths.P90);
        JsonReport.WriteNumber(writer, "p99", lengths.P99);
        JsonReport.WriteNumber(writer, "max", lengths.Maximum);
        writer.WriteEndObject();
    }

    private static void WriteHistograms(Utf8JsonWriter writer, TraceStatistics requests)
    {
        if (requests is { PromptHistogram: { } prompt, OutputHistogram: { } output })
        {
            writer.WriteStartObject("histograms");
            WriteHistogram(writer, "prompt_tokens", prompt);
            WriteHistogram(writer, "output_tokens", output);
            writer.WriteEndObject();
        }

        if (requests.Arrivals?.Rate is { } rate)
        {
            writer.WriteStartObject("rate");
            writer.WriteNumber("bin_seconds", rate.BinSeconds);
            WriteNumbers(writer, "counts", rate.Counts);
            writer.WriteEndObject();
        }
    }

    private static void WriteHistogram(Utf8JsonWriter writer, string name, LengthHistogram histogram)
    {
        writer.WriteStartObject(name);
        WriteNumbers(writer, "edges", histogram.Edges.Select(edge => (long)edge));
        WriteNumbers(writer, "counts", histogram.Counts);
        writer.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string name, IEnumerable<long> numbers)
    {
        writer.WriteStartArray(name);
        foreach (long number in numbers)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }
}
