using System.Globalization;
using Plimsoll.Calibration.Fitting;
using Plimsoll.Calibration.Physics;
using Plimsoll.Calibration.Profiles;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Cli.Commands.Calibrate;

/// <summary>A calibration as a few aligned lines for a terminal.</summary>
internal static class CalibrateText
{
    private const int MostReason = 60;

    internal static readonly string[] ErrorHeadings = ["", "rows", "mean", "median", "p90", "bias"];

    internal static readonly string[] ScoreHeadings = ["form", "score", "mean", "median", "p90", "why not"];

    internal static readonly string[] ParameterHeadings = ["parameter", "value", "standard error"];

    public static void Write(CalibrateReport report, TextWriter output)
    {
        output.Write($"{report.Title}\n\n");
        foreach (SourceSummary source in report.Reading.Sources)
        {
            output.Write($"  {Path.GetFileName(source.File)}: {source.Kind}, {Units.Count(source.Used)} of {Units.Count(source.Rows)} rows used\n");
        }

        foreach ((string file, string kind, int rows, RejectedRow first) in report.Rejected)
        {
            output.Write($"  {Path.GetFileName(file)}: {Units.Count(rows)} rows {kind}, the first in line {first.Line}: {first.Reason}\n");
        }

        string asked = report.Fit switch
        {
            { Asked: true } => "as asked",
            { Replayed: true } => "by replay of whole requests",
            _ => "best in cross-validation",
        };
        string from = report.Fit.Replayed
            ? $"{Units.Count(report.Reading.Requests.Count)} requests"
            : $"{Units.Count(report.Reading.Steps.Count)} steps of {Units.Count(report.Fit.Residuals.Count)} shapes";
        output.Write($"\n  {from}, form {report.Fit.Chosen.Name} ({asked})\n\n");
        if (report.Fit.Scores.Count > 0)
        {
            TextTable.Write(output, [ScoreHeadings, .. report.Fit.Scores.Select(ScoreRow)]);
            output.Write('\n');
        }

        output.Write("Absolute relative errors\n");
        TextTable.Write(output, [ErrorHeadings, .. Errors(report)]);
        if (report.Fit.Chosen.Parameters.Count > 0)
        {
            output.Write('\n');
            TextTable.Write(output, [ParameterHeadings, .. report.Fit.Chosen.Parameters.Select(ParameterRow)]);
        }

        output.Write('\n');
        foreach (string note in report.Notes)
        {
            output.Write($"{note}\n");
        }

        if (report.Affine is string affine)
        {
            output.Write($"\n--step-time {affine}\n");
        }
    }

    internal static IEnumerable<string[]> Errors(CalibrateReport report)
    {
        if (report.Fit.Replayed)
        {
            yield return ErrorRow("latencies of requests held out", report.Fit.HeldOut);
            yield break;
        }

        yield return ErrorRow($"held out, by {report.Fit.HoldoutBy}", report.Fit.HeldOut);
        yield return ErrorRow("affine, held out", report.Fit.AffineHeldOut);
        yield return ErrorRow("all rows", report.Fit.InSample);
        yield return ErrorRow("profile.csv read back", report.AsWritten);
    }

    internal static string[] ScoreRow(FormScore score) =>
    [
        score.Form, Units.Percent(score.Score), Units.Percent(score.Errors.Mean), Units.Percent(score.Errors.Median),
        Units.Percent(score.Errors.P90), score.Reason.Length <= MostReason ? score.Reason : score.Reason[..MostReason] + "…",
    ];

    internal static string[] ParameterRow(FittedParameter parameter) =>
    [
        parameter.Name,
        parameter.Value.ToString("G6", CultureInfo.InvariantCulture),
        parameter.StandardError?.ToString("G3", CultureInfo.InvariantCulture) ?? Units.None,
    ];

    private static string[] ErrorRow(string name, in ErrorSummary errors) =>
    [
        name, Units.Count(errors.Rows), Units.Percent(errors.Mean), Units.Percent(errors.Median), Units.Percent(errors.P90),
        Units.SignedPercent(errors.Bias),
    ];
}
