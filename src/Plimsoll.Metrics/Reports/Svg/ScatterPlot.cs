namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>Dots over two axes, with a line at zero where the vertical axis has one: errors, and pairs of measurements.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Description">The same in a sentence, for those who cannot see it.</param>
/// <param name="X">Horizontal axis.</param>
/// <param name="Y">Vertical axis.</param>
/// <param name="Series">The dots; bands and fillings are not drawn.</param>
public sealed record ScatterPlot(string Title, string Description, PlotAxis X, PlotAxis Y, IReadOnlyList<PlotSeries> Series)
{
    /// <summary>Dots of a series that are drawn; of more, every so many.</summary>
    public const int MostDots = 1_000;

    private const double Radius = 2;

    /// <summary>Room it takes.</summary>
    public PlotSize Size { get; init; } = PlotSize.Half;

    /// <summary>The plot with caption and legend, as HTML.</summary>
    public string ToFigure() => Figure.Html(Title, [.. Series.Select(series => series.Name)], ToSvg());

    /// <summary>The plot alone.</summary>
    public string ToSvg()
    {
        SvgCanvas canvas = new(Size.Width, Size.Height, Size.CssClass, Title, Description);
        PlotPoint[] points = [.. Series.SelectMany(series => series.Points).Where(point => double.IsFinite(point.Y))];
        if (points.Length == 0)
        {
            canvas.Text(Size.Width / 2, Size.Height / 2, "nothing to show", "mid label");
            return canvas.Close();
        }

        PlotScale x = PlotScale.Of(X, points.Min(p => p.X), points.Max(p => p.X), rounded: false, tickCount: 6);
        PlotScale y = PlotScale.Of(Y, points.Min(p => p.Y), points.Max(p => p.Y), rounded: true, tickCount: 5);
        PlotFrame frame = new(canvas, Size, x, y);
        if (y.Low < 0 && y.High > 0)
        {
            canvas.Path(frame.LinePath([new PlotPoint(x.Low, 0), new PlotPoint(x.High, 0)]), "line");
        }

        for (int i = 0; i < Series.Count; i++)
        {
            DrawDots(canvas, frame, Series[i], Figure.ColourClass(i));
        }

        return canvas.Close();
    }

    private static void DrawDots(SvgCanvas canvas, PlotFrame frame, PlotSeries series, string colour)
    {
        int every = (series.Points.Count / MostDots) + 1;
        for (int i = 0; i < series.Points.Count; i += every)
        {
            PlotPoint point = series.Points[i];
            if (double.IsFinite(point.Y))
            {
                canvas.Dot(frame.X.Map(point.X), frame.Y.Map(point.Y), Radius, "dot " + colour, "");
            }
        }
    }
}
