namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>Estimates with their intervals against a line at zero: filled where zero lies outside, hollow where it may be chance.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Description">The same in a sentence, for those who cannot see it.</param>
/// <param name="Axis">Horizontal axis.</param>
/// <param name="Rows">The rows, from the top.</param>
public sealed record IntervalPlot(string Title, string Description, PlotAxis Axis, IReadOnlyList<PlotInterval> Rows)
{
    private const double RowHeight = 26;
    private const double Top = 8;
    private const double Bottom = 46;
    private const double Right = 26;

    /// <summary>The plot with its caption, as HTML.</summary>
    public string ToFigure() => Figure.Html(Title, [], ToSvg());

    /// <summary>The plot alone.</summary>
    public string ToSvg()
    {
        PlotSize size = PlotSize.Third with { Height = Top + (RowHeight * Rows.Count) + Bottom };
        SvgCanvas canvas = new(size.Width, size.Height, size.CssClass, Title, Description);
        double[] ends = [0, .. Rows.SelectMany(row => new[] { row.Low, row.Mean, row.High }).Where(double.IsFinite)];
        double left = 12 + (size.CharWidth * Rows.Select(row => row.Name.Length).DefaultIfEmpty(4).Max());
        PlotScale x = PlotScale.Of(Axis, ends.Min(), ends.Max(), rounded: true, tickCount: 4).Between(left, size.Width - Right);
        DrawAxis(canvas, size, x);
        for (int row = 0; row < Rows.Count; row++)
        {
            DrawRow(canvas, x, Rows[row], left, Top + ((row + 0.5) * RowHeight));
        }

        return canvas.Close();
    }

    private static void DrawAxis(SvgCanvas canvas, PlotSize size, PlotScale x)
    {
        double baseline = size.Height - Bottom;
        foreach ((double value, string text) in x.Ticks)
        {
            canvas.Line(x.Map(value), Top, x.Map(value), baseline, value == 0 ? "rule" : "grid");
            canvas.Text(x.Map(value), baseline + 16, text, "mid");
        }

        canvas.Text(size.Width - Right, size.Height - 8, x.Label, "label end");
    }

    private static void DrawRow(SvgCanvas canvas, PlotScale x, PlotInterval row, double left, double y)
    {
        canvas.Text(left - 8, y + 4, row.Name, "end");
        if (double.IsFinite(row.Mean))
        {
            bool certain = row.Low > 0 || row.High < 0;
            if (double.IsFinite(row.Low))
            {
                canvas.Line(x.Map(row.Low), y, x.Map(row.High), y, certain ? "whisker s0" : "whisker unsure");
            }

            canvas.Dot(x.Map(row.Mean), y, 4, certain ? "dot s0" : "dot hollow", $"{row.Name}: {Units.SignedPercent(row.Mean)}");
        }
    }
}
