namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>Bars to the left and right of a line at zero, one under the other.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Description">The same in a sentence, for those who cannot see it.</param>
/// <param name="Axis">Horizontal axis.</param>
/// <param name="Bars">The bars, from the top.</param>
public sealed record SignedBarPlot(string Title, string Description, PlotAxis Axis, IReadOnlyList<SignedBar> Bars)
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
        PlotSize size = PlotSize.Third with { Height = Top + (RowHeight * Bars.Count) + Bottom };
        SvgCanvas canvas = new(size.Width, size.Height, size.CssClass, Title, Description);
        double left = 12 + (size.CharWidth * Bars.Select(bar => bar.Name.Length).DefaultIfEmpty(4).Max());
        double[] ends = [0, .. Bars.Select(bar => bar.Value).Where(double.IsFinite)];
        PlotScale x = PlotScale.Of(Axis, ends.Min(), ends.Max(), rounded: true, tickCount: 4).Between(left, size.Width - Right);
        double baseline = size.Height - Bottom;
        foreach ((double value, string text) in x.Ticks)
        {
            canvas.Line(x.Map(value), Top, x.Map(value), baseline, value == 0 ? "rule" : "grid");
            canvas.Text(x.Map(value), baseline + 16, text, "mid");
        }

        for (int row = 0; row < Bars.Count; row++)
        {
            SignedBar bar = Bars[row];
            double y = Top + (row * RowHeight);
            canvas.Text(left - 8, y + (RowHeight / 2) + 4, bar.Name, "end");
            if (double.IsFinite(bar.Value))
            {
                (double from, double to) = (x.Map(Math.Min(0, bar.Value)), x.Map(Math.Max(0, bar.Value)));
                canvas.Rectangle(from, y + 5, Math.Max(0.5, to - from), RowHeight - 10, "bar s0", $"{bar.Name}: {bar.Text}");
            }
        }

        canvas.Text(size.Width - Right, size.Height - 8, x.Label, "label end");
        return canvas.Close();
    }
}
