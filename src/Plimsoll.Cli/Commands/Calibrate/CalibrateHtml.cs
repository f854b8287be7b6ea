using Plimsoll.Calibration.Fitting;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Html;
using Plimsoll.Metrics.Reports.Svg;

namespace Plimsoll.Cli.Commands.Calibrate;

/// <summary>A calibration as one self-contained page: errors first, then the residual picture, the forms, the numbers.</summary>
internal static class CalibrateHtml
{
    public static void Write(CalibrateReport report, TextWriter output)
    {
        StepTimeCalibration fit = report.Fit;
        HtmlPage page = new(report.Title, $"{Units.Count(report.Reading.Steps.Count)} steps; form {fit.Chosen.Name}: {StepForms.Find(fit.Chosen.Name)?.Formula}.");
        page.Cards(
        [
            new HtmlCard("held out, median error", Units.Percent(fit.HeldOut.Median), $"{Units.Count(fit.HeldOut.Rows)} rows, by {fit.HoldoutBy}"),
            new HtmlCard("held out, mean error", Units.Percent(fit.HeldOut.Mean), $"ninetieth percentile {Units.Percent(fit.HeldOut.P90)}"),
            new HtmlCard("rows rejected", Units.Count(report.Reading.Rejected.Count)),
        ]);
        page.Section("Residuals", "Predicted / measured − 1. Rows held out are predicted by a fit that has not seen them.");
        page.Figures(
            Picture(report, "Error by step time", new PlotAxis("measured step", AxisKind.Seconds, Logarithmic: true), each => each.Row.Seconds),
            Picture(report, "Error by decoding sequences", new PlotAxis("decoding sequences"), each => each.Row.DecodeSequences),
            Picture(report, "Error by prefill tokens", new PlotAxis("prefill tokens"), each => each.Row.PrefillTokens),
            Picture(report, "Error by context", new PlotAxis("context tokens of the decodes"), each => each.Row.ContextTokens));
        page.Section("Numbers");
        page.Table(new HtmlTable("Absolute relative errors", CalibrateText.ErrorHeadings, [.. CalibrateText.Errors(report).Select(Cells)]));
        page.Table(new HtmlTable(
            $"Cross-validation, folds by {fit.FoldsBy}", CalibrateText.ScoreHeadings, [.. fit.Scores.Select(CalibrateText.ScoreRow).Select(Cells)]));
        if (fit.Chosen.Parameters.Count > 0)
        {
            page.Table(new HtmlTable(
                "Parameters", CalibrateText.ParameterHeadings, [.. fit.Chosen.Parameters.Select(CalibrateText.ParameterRow).Select(Cells)]));
        }

        page.Table(new HtmlTable(
            "Files",
            ["file", "kind", "rows", "used", "impossible"],
            [.. report.Reading.Sources.Select(source => Cells(
                [Path.GetFileName(source.File), source.Kind, Units.Count(source.Rows), Units.Count(source.Used), Units.Count(source.Impossible)]))]));
        page.Table(new HtmlTable(
            "Rows rejected",
            ["file", "kind", "rows", "first"],
            [.. report.Rejected.Select(each => Cells([Path.GetFileName(each.File), each.Kind, Units.Count(each.Rows), $"line {each.First.Line}: {each.First.Reason}"]))],
            Textual: true));
        page.Section("What was asked");
        page.Table(new HtmlTable(
            "Configuration", ["setting", "value"], [.. report.Configuration.Select(entry => new HtmlCell[] { entry.Name, entry.Value })], Textual: true));
        page.Section("Notes");
        page.Notes([.. report.Notes, .. report.Affine is string affine ? new[] { "--step-time " + affine } : []]);
        page.Write(output);
    }

    private static string Picture(CalibrateReport report, string title, PlotAxis axis, Func<Residual, double> of)
    {
        PlotSeries Dots(string name, bool heldOut) => new(
            name, [.. report.Fit.Residuals.Where(each => each.HeldOut == heldOut).Select(each => new PlotPoint(of(each), Math.Clamp(each.Error, -1, 1)))]);
        return new ScatterPlot(
            title,
            $"{title}: median {Units.Percent(report.Fit.HeldOut.Median)} on the part held out.",
            axis,
            new PlotAxis("error", AxisKind.Fraction),
            [Dots("fitted", false), Dots("held out", true)]).ToFigure();
    }

    private static HtmlCell[] Cells(string[] row) => [.. row.Select(text => (HtmlCell)text)];
}
