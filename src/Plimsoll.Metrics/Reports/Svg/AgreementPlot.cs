namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>Dots on two axes of the same kind, with the line on which both are equal.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Description">The same in a sentence, for those who cannot see it.</param>
/// <param name="X">Horizontal axis.</param>
/// <param name="Y">Vertical axis.</param>
/// <param name="Points">The dots.</param>
public sealed record AgreementPlot(string Title, string Description, PlotAxis X, PlotAxis Y, IReadOnlyList<PlotPoint> Points)
{
    private const double Radius = 2.2;

    /// <summary>Room it takes.</summary>
    public PlotSize Size { get; init; } = PlotSize.Half with { Height = 380 };

    /// <summary>The plot with its caption, as HTML.</summary>
    public string ToFigure() => Figure.Html(Title, [], ToSvg());

    /// <summary>The plot alone.</summary>
    public string ToSvg()
    {
        SvgCanvas canvas = new(Size.Width, Size.Height, Size.CssClass, Title, Description);
        PlotPoint[] points = [.. Points.Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y))];
        if (points.Length == 0)
        {
            canvas.Text(Size.Width / 2, Size.Height / 2, "nothing to show", "mid label");
            return canvas.Close();
        }

        double low = points.Min(p => Math.Min(p.X, p.Y));
        double high = points.Max(p => Math.Max(p.X, p.Y));
        PlotScale x = PlotScale.Of(X, low, high, rounded: false, tickCount: 6);
        PlotScale y = PlotScale.Of(Y, low, high, rounded: false, tickCount: 6);
        PlotFrame frame = new(canvas, Size, x, y);
        double from = Math.Max(frame.X.Low, frame.Y.Low);
        double to = Math.Min(frame.X.High, frame.Y.High);
        canvas.Line(frame.X.Map(from), frame.Y.Map(from), frame.X.Map(to), frame.Y.Map(to), "rule");
        foreach (PlotPoint point in points)
        {
            canvas.Dot(frame.X.Map(point.X), frame.Y.Map(point.Y), Radius, "dot s0", "");
        }

        return canvas.Close();
    }
}
