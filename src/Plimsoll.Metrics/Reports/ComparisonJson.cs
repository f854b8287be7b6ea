using System.Globalization;
using System.Text.Json;
using Plimsoll.Metrics.Statistics;

namespace Plimsoll.Metrics.Reports;

/// <summary>
/// A comparison as one JSON document. <c>ci95</c> is the interval as an array of its two ends, null below two replications;
/// <c>relative</c> is a difference over the baseline's mean.
/// </summary>
public static class ComparisonJson
{
    /// <summary>Writes the document as UTF-8, ending in a line feed.</summary>
    public static void Write(ComparisonReport report, Stream output) =>
        JsonReport.WriteDocument(output, writer => WriteFields(writer, report));

    private static void WriteFields(Utf8JsonWriter writer, ComparisonReport report)
    {
        ComparedMetric[] metrics = [.. report.Metrics];
        writer.WriteString("title", report.Title);
        writer.WriteString("baseline", report.Baseline.Name);
        writer.WriteNumber("replications", report.Replications);
        writer.WriteNumber("seed", report.Seed);
        writer.WriteBoolean("partial", report.Partial);
        writer.WriteStartArray("runs");
        foreach (ComparedRun run in report.Runs)
        {
            WriteRun(writer, run, metrics);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("differences");
        foreach (ComparedRun run in report.Runs.Skip(1))
        {
            WriteDifferences(writer, report, run, metrics);
        }

        writer.WriteEndArray();
        JsonReport.WriteEntries(writer, "configuration", report.Configuration);
        JsonReport.WriteStrings(writer, "notes", report.Notes);
        if (report.Wall is { } wall)
        {
            JsonReport.WriteWall(writer, wall);
        }
    }

    private static void WriteRun(Utf8JsonWriter writer, ComparedRun run, ComparedMetric[] metrics)
    {
        writer.WriteStartObject();
        writer.WriteString("name", run.Name);
        JsonReport.WriteStrings(
            writer, "digests", [.. run.Replications.Select(report => report.Digest.ToString("x16", CultureInfo.InvariantCulture))]);
        writer.WriteStartObject("metrics");
        foreach (ComparedMetric metric in metrics)
        {
            MeanEstimate estimate = ComparisonReport.Estimate(run, metric);
            writer.WriteStartObject(metric.Key);
            JsonReport.WriteNumber(writer, "mean", estimate.Mean);
            JsonReport.WriteInterval(writer, "ci95", estimate);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteDifferences(Utf8JsonWriter writer, ComparisonReport report, ComparedRun run, ComparedMetric[] metrics)
    {
        writer.WriteStartObject();
        writer.WriteString("name", run.Name);
        writer.WriteStartObject("metrics");
        foreach (ComparedMetric metric in metrics)
        {
            MeanEstimate difference = report.Difference(run, metric);
            writer.WriteStartObject(metric.Key);
            JsonReport.WriteNumber(writer, "mean", difference.Mean);
            JsonReport.WriteInterval(writer, "ci95", difference);
            JsonReport.WriteNumber(writer, "relative", difference.Mean / ComparisonReport.Estimate(report.Baseline, metric).Mean);
            writer.WriteBoolean("excludes_zero", difference.ExcludesZero);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
