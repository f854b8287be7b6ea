using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Html;
using Plimsoll.Metrics.Reports.Svg;

namespace Plimsoll.Calibration.Validation.Reports;

/// <summary>Predictions against measurements as one self-contained page with pictures.</summary>
public static class ValidationHtml
{
    /// <summary>Writes the page.</summary>
    public static void Write(ValidationReport report, TextWriter output)
    {
        HtmlPage page = new("Predicted and measured", "What the models say, beside what real engines did.");
        if (report.Partial)
        {
            page.Warning("This was cut short: data sets are missing.");
        }

        page.Cards([.. report.Sets.Where(HasErrors).Select(Card)]);
        foreach (ValidatedSet set in report.Sets)
        {
            page.Section(set.Name, $"{set.Title}: {ValidationText.Summary(set.Data.Rows)}");
            page.Figures([.. set.Data.Pictures.Where(picture => picture.Pairs.Count > 0).Select(Figure)]);
            if (set.Data.Rows.Count > 0)
            {
                page.Table(new HtmlTable(
                    set.Title, ValidationText.Headings, [.. set.Data.Rows.Select(row => ValidationText.Cells(row).Select(cell => (HtmlCell)cell).ToArray())]));
            }

            page.Notes(set.Data.Notes);
            page.Definitions(set.Data.Parameters);
        }

        page.Write(output);
    }

    private static bool HasErrors(ValidatedSet set) => set.Data.Rows.Any(row => !row.IsBound);

    private static HtmlCard Card(ValidatedSet set) => new(
        set.Name, Units.Percent(ValidationReport.MeanMiss(set.Data.Rows)), "mean error of its rows, without sign");

    private static string Figure(AgreementPicture picture) => new AgreementPlot(
        picture.Title,
        $"Predicted against measured {picture.Quantity}, {picture.Pairs.Count} dots; on the line both are equal.",
        new PlotAxis("measured", AxisKind.Seconds, Logarithmic: true),
        new PlotAxis("predicted", AxisKind.Seconds, Logarithmic: true),
        [.. picture.Pairs.Select(pair => new PlotPoint(pair.Measured, pair.Predicted))]).ToFigure();
}
