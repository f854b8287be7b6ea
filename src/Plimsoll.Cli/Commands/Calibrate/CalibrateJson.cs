using System.Text.Json;
using Plimsoll.Calibration.Fitting;
using Plimsoll.Calibration.Physics;
using Plimsoll.Calibration.Profiles;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Cli.Commands.Calibrate;

/// <summary>A calibration as one JSON document. Errors are relative: predicted / measured − 1.</summary>
internal static class CalibrateJson
{
    public static void Write(CalibrateReport report, Stream output) => JsonReport.WriteDocument(output, writer =>
    {
        writer.WriteString("title", report.Title);
        WriteForm(writer, report);
        WriteErrors(writer, "held_out", report.Fit.HeldOut, report.Fit.HoldoutBy);
        WriteErrors(writer, "in_sample", report.Fit.InSample, null);
        WriteErrors(writer, "as_written", report.AsWritten, null);
        WriteScores(writer, report.Fit);
        WriteRows(writer, report);
        JsonReport.WriteEntries(writer, "configuration", report.Configuration);
        JsonReport.WriteStrings(writer, "notes", report.Notes);
    });

    /// <summary>Writes the numbers alone.</summary>
    public static void WriteParameters(CalibrateReport report, Stream output) =>
        JsonReport.WriteDocument(output, writer => WriteForm(writer, report));

    private static void WriteForm(Utf8JsonWriter writer, CalibrateReport report)
    {
        FittedForm form = report.Fit.Chosen;
        writer.WriteString("form", form.Name);
        writer.WriteString("formula", StepForms.Find(form.Name)?.Formula);
        writer.WriteString("chosen_by", report.Fit switch { { Asked: true } => "user", { Replayed: true } => "replay", _ => "cross_validation" });
        WriteParameters(writer, form);
        writer.WriteNumber("outliers", form.Outliers);
        if (report.Fit.Affine is not { } affine)
        {
            writer.WriteNull("affine");
            return;
        }

        writer.WriteStartObject("affine");
        writer.WriteString("step_time", report.Affine);
        WriteParameters(writer, affine);
        WriteErrors(writer, "held_out", report.Fit.AffineHeldOut, report.Fit.HoldoutBy);
        writer.WriteEndObject();
    }

    private static void WriteParameters(Utf8JsonWriter writer, FittedForm form)
    {
        writer.WriteStartArray("parameters");
        foreach (FittedParameter parameter in form.Parameters)
        {
            writer.WriteStartObject();
            writer.WriteString("name", parameter.Name);
            writer.WriteNumber("value", parameter.Value);
            JsonReport.WriteNumber(writer, "standard_error", parameter.StandardError ?? double.NaN);
            writer.WriteBoolean("determined", parameter.Determined);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteErrors(Utf8JsonWriter writer, string name, in ErrorSummary errors, string? by)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("rows", errors.Rows);
        if (by is not null)
        {
            writer.WriteString("by", by);
        }

        JsonReport.WriteNumber(writer, "mean_absolute_relative_error", errors.Mean);
        JsonReport.WriteNumber(writer, "median_absolute_relative_error", errors.Median);
        JsonReport.WriteNumber(writer, "p90_absolute_relative_error", errors.P90);
        JsonReport.WriteNumber(writer, "mean_relative_error", errors.Bias);
        writer.WriteEndObject();
    }

    private static void WriteScores(Utf8JsonWriter writer, StepTimeCalibration fit)
    {
        writer.WriteStartObject("cross_validation");
        writer.WriteString("folds_by", fit.FoldsBy);
        writer.WriteStartArray("forms");
        foreach (FormScore score in fit.Scores)
        {
            writer.WriteStartObject();
            writer.WriteString("form", score.Form);
            writer.WriteString("formula", score.Formula);
            writer.WriteBoolean("chosen", score.Form == fit.Chosen.Name);
            JsonReport.WriteNumber(writer, "score", score.Score);
            JsonReport.WriteNumber(writer, "mean_absolute_relative_error", score.Errors.Mean);
            JsonReport.WriteNumber(writer, "median_absolute_relative_error", score.Errors.Median);
            JsonReport.WriteNumber(writer, "p90_absolute_relative_error", score.Errors.P90);
            writer.WriteStartArray("fold_scores");
            foreach (double value in score.FoldScores)
            {
                writer.WriteNumberValue(value);
            }

            writer.WriteEndArray();
            if (score.Reason.Length > 0)
            {
                writer.WriteString("reason", score.Reason);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteRows(Utf8JsonWriter writer, CalibrateReport report)
    {
        writer.WriteStartObject("rows");
        writer.WriteNumber("steps_used", report.Reading.Steps.Count);
        writer.WriteNumber("rejected", report.Reading.Rejected.Count);
        writer.WriteStartArray("rejected_kinds");
        foreach ((string file, string kind, int rows, RejectedRow first) in report.Rejected)
        {
            writer.WriteStartObject();
            writer.WriteString("file", Path.GetFileName(file));
            writer.WriteString("kind", kind);
            writer.WriteNumber("rows", rows);
            writer.WriteNumber("first_line", first.Line);
            writer.WriteString("first_reason", first.Reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("sources");
        foreach (SourceSummary source in report.Reading.Sources)
        {
            writer.WriteStartObject();
            writer.WriteString("file", Path.GetFileName(source.File));
            writer.WriteString("kind", source.Kind);
            writer.WriteNumber("rows", source.Rows);
            writer.WriteNumber("rows_used", source.Used);
            writer.WriteNumber("rows_impossible", source.Impossible);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
