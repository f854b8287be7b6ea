namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>
/// One row for each job, time from left to right: a line while it waits, a bar while it runs, a hollow bar for what was lost.
/// </summary>
/// <param name="Title">What it shows.</param>
/// <param name="Description">The same in a sentence, for those who cannot see it.</param>
/// <param name="TimeLabel">Unit of the time axis.</param>
/// <param name="End">End of the time axis, which begins at 0.</param>
/// <param name="Rows">The rows, from the top.</param>
public sealed record GanttPlot(string Title, string Description, string TimeLabel, double End, IReadOnlyList<GanttRow> Rows)
{
    private const double Top = 12;
    private const double Bottom = 46;
    private const double Right = 18;

    private double RowHeight => Math.Clamp(360.0 / Math.Max(1, Rows.Count), 7, 24);

    /// <summary>The plot with its caption, as HTML.</summary>
    public string ToFigure() => Figure.Html(Title, [], ToSvg());

    /// <summary>The plot alone.</summary>
    public string ToSvg()
    {
        PlotSize size = PlotSize.Half with { Height = Top + (RowHeight * Rows.Count) + Bottom };
        SvgCanvas canvas = new(size.Width, size.Height, size.CssClass, Title, Description);
        double left = 12 + (size.CharWidth * Rows.Select(row => row.Name.Length).DefaultIfEmpty(1).Max());
        PlotScale x = PlotScale.Of(new PlotAxis(TimeLabel, Min: 0, Max: End), 0, End, rounded: false, tickCount: 8).Between(left, size.Width - Right);
        int every = (int)Math.Ceiling(13 / RowHeight);
        for (int row = 0; row < Rows.Count; row++)
        {
            double y = Top + (row * RowHeight);
            DrawRow(canvas, x, Rows[row], y);
            if (row % every == 0)
            {
                canvas.Text(left - 6, y + (RowHeight / 2) + 4, Rows[row].Name, "end");
            }
        }

        double baseline = size.Height - Bottom;
        canvas.Line(left, baseline, size.Width - Right, baseline, "rule");
        PlotFrame.DrawTicks(canvas, size, x, baseline);
        canvas.Text(size.Width - Right, size.Height - 6, x.Label, "label end");
        return canvas.Close();
    }

    private void DrawRow(SvgCanvas canvas, PlotScale x, GanttRow row, double y)
    {
        double middle = y + (RowHeight / 2);
        if (row.Bars.Count > 0)
        {
            canvas.Line(x.Map(row.Waits), middle, x.Map(row.Bars[^1].From), middle, "rule");
        }

        foreach (GanttBar bar in row.Bars)
        {
            string what = bar.Lost ? "lost" : "ran";
            canvas.Rectangle(
                x.Map(bar.From),
                y + 1,
                Math.Max(1, x.Map(bar.To) - x.Map(bar.From)),
                RowHeight - 2,
                bar.Lost ? "bar lost" : "bar s0",
                $"{row.Name}: {what} from {Units.Number(bar.From)} to {Units.Number(bar.To)}");
        }
    }
}
