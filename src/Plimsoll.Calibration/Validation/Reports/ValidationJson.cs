using System.Text.Json;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Calibration.Validation.Reports;

/// <summary>
/// Predictions against measurements as one JSON document. <c>error</c> is predicted / measured − 1; <c>error_p10</c> to <c>error_p90</c>
/// are over configurations and null where a row is one run. Everything but <c>wall</c> is the same on every run over the same data.
/// </summary>
public static class ValidationJson
{
    /// <summary>Writes the document as UTF-8, ending in a line feed.</summary>
    public static void Write(ValidationReport report, Stream output) => JsonReport.WriteDocument(output, writer =>
    {
        writer.WriteBoolean("partial", report.Partial);
        writer.WriteStartArray("rows");
        foreach (ValidationRow row in report.Rows)
        {
            writer.WriteStartObject();
            WriteRow(writer, row);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteSummary(writer, [.. report.Rows]);
        writer.WriteStartArray("datasets");
        foreach (ValidatedSet set in report.Sets)
        {
            writer.WriteStartObject();
            writer.WriteString("name", set.Name);
            writer.WriteString("title", set.Title);
            writer.WriteNumber("rows", set.Data.Rows.Count);
            WriteSummary(writer, set.Data.Rows);
            JsonReport.WriteEntries(writer, "parameters", set.Data.Parameters);
            JsonReport.WriteStrings(writer, "notes", set.Data.Notes);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartObject("wall");
        JsonReport.WriteNumber(writer, "seconds", report.WallSeconds);
        writer.WriteEndObject();
    });

    private static void WriteSummary(Utf8JsonWriter writer, IReadOnlyList<ValidationRow> rows)
    {
        if (ValidationReport.WorstOf(rows) is { } worst)
        {
            writer.WriteStartObject("worst");
            WriteRow(writer, worst);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("worst");
        }

        writer.WriteStartObject("mean");
        JsonReport.WriteNumber(writer, "absolute_error", ValidationReport.MeanMiss(rows));
        writer.WriteEndObject();
    }

    private static void WriteRow(Utf8JsonWriter writer, ValidationRow row)
    {
        writer.WriteString("dataset", row.Dataset);
        writer.WriteString("prediction", row.Prediction);
        writer.WriteString("metric", row.Metric);
        JsonReport.WriteNumber(writer, "predicted", row.Predicted);
        JsonReport.WriteNumber(writer, "measured", row.Measured);
        JsonReport.WriteNumber(writer, "error", row.Error);
        JsonReport.WriteNumber(writer, "error_p10", row.Spread?.P10 ?? double.NaN);
        JsonReport.WriteNumber(writer, "error_p50", row.Spread?.P50 ?? double.NaN);
        JsonReport.WriteNumber(writer, "error_p90", row.Spread?.P90 ?? double.NaN);
        writer.WriteNumber("points", row.Points);
    }
}
