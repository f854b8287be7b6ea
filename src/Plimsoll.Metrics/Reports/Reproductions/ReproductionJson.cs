using System.Text.Json;
using Plimsoll.Metrics.Statistics;

namespace Plimsoll.Metrics.Reports.Reproductions;

/// <summary>
/// Experiments as one JSON document. <c>ci95</c> is the interval as an array of its two ends, null below two seeds; everything but
/// <c>wall</c> is the same on every run with the same seed.
/// </summary>
public static class ReproductionJson
{
    /// <summary>Writes the document as UTF-8, ending in a line feed.</summary>
    public static void Write(ReproductionReport report, Stream output) => JsonReport.WriteDocument(output, writer =>
    {
        writer.WriteNumber("seed", report.Seed);
        writer.WriteBoolean("partial", report.Partial);
        writer.WriteStartArray("experiments");
        foreach (ReproducedExperiment experiment in report.Experiments)
        {
            Write(writer, experiment);
        }

        writer.WriteEndArray();
        writer.WriteStartObject("wall");
        JsonReport.WriteNumber(writer, "seconds", report.WallSeconds);
        writer.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter writer, ReproducedExperiment experiment)
    {
        writer.WriteStartObject();
        writer.WriteString("name", experiment.Name);
        writer.WriteString("title", experiment.Title);
        writer.WriteString("source", experiment.Source);
        writer.WriteString("published", experiment.Published);
        writer.WriteNumber("seeds", experiment.Seeds);
        writer.WriteBoolean("partial", experiment.Partial);
        writer.WriteString("skipped", experiment.Skipped.Length > 0 ? experiment.Skipped : null);
        JsonReport.WriteEntries(writer, "setting", experiment.Setting);
        writer.WriteStartArray("rows");
        foreach (ReproducedRow row in experiment.Rows)
        {
            Write(writer, row);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("claims");
        foreach (ReproducedClaim claim in experiment.Claims)
        {
            writer.WriteStartObject();
            writer.WriteString("statement", claim.Statement);
            writer.WriteBoolean("holds", claim.Holds);
            writer.WriteString("found", claim.Found);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        JsonReport.WriteStrings(writer, "notes", experiment.Notes);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ReproducedRow row)
    {
        writer.WriteStartObject();
        writer.WriteString("policy", row.Policy);
        writer.WriteString("setting", row.Setting);
        writer.WriteString("measure", row.Measure);
        WriteEstimate(writer, row.Value);
        if (row.Ratio is { } ratio)
        {
            writer.WriteStartObject("ratio");
            writer.WriteString("baseline", ratio.Baseline);
            WriteEstimate(writer, ratio.Mean);
            JsonReport.WriteNumber(writer, "least", ratio.Least);
            JsonReport.WriteNumber(writer, "greatest", ratio.Greatest);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("ratio");
        }

        writer.WriteString("printed", row.Printed == ReproducedRow.NothingPrinted ? null : row.Printed);
        writer.WriteString("mark", row.Mark.Length > 0 ? row.Mark : null);
        writer.WriteString("remark", row.Remark);
        writer.WriteEndObject();
    }

    private static void WriteEstimate(Utf8JsonWriter writer, MeanEstimate estimate)
    {
        JsonReport.WriteNumber(writer, "mean", estimate.Mean);
        JsonReport.WriteInterval(writer, "ci95", estimate);
    }
}
