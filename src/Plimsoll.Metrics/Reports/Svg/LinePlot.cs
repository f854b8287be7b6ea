namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>Lines over a common axis: distributions, and quantities over time.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Description">The same in a sentence, for those who cannot see it.</param>
/// <param name="X">Horizontal axis.</param>
/// <param name="Y">Vertical axis; starts at zero and ends at a round number unless fixed.</param>
/// <param name="Series">The lines.</param>
public sealed record LinePlot(string Title, string Description, PlotAxis X, PlotAxis Y, IReadOnlyList<PlotSeries> Series)
{
    /// <summary>Dots with a word.</summary>
    public IReadOnlyList<PlotMarker> Markers { get; init; } = [];

    /// <summary>Room it takes.</summary>
    public PlotSize Size { get; init; } = PlotSize.Half;

    /// <summary>The plot with caption and legend, as HTML.</summary>
    public string ToFigure() => Figure.Html(Title, [.. Series.Select(series => series.Name)], ToSvg());

    /// <summary>The plot alone.</summary>
    public string ToSvg()
    {
        SvgCanvas canvas = new(Size.Width, Size.Height, Size.CssClass, Title, Description);
        PlotPoint[] points = [.. Series.SelectMany(s => s.Points).Where(p => double.IsFinite(p.Y))];
        if (points.Length == 0)
        {
            canvas.Text(Size.Width / 2, Size.Height / 2, "nothing to show", "mid label");
            return canvas.Close();
        }

        PlotScale x = PlotScale.Of(X, LeastX(points), points.Max(p => p.X), rounded: false, tickCount: 6);
        PlotScale y = PlotScale.Of(Y, points.Min(p => p.Y), HighestY(points), rounded: true, tickCount: 5);
        PlotFrame frame = new(canvas, Size, x, y);
        for (int i = 0; i < Series.Count; i++)
        {
            DrawSeries(canvas, frame, Series[i], Figure.ColourClass(i));
        }

        foreach (PlotMarker marker in Markers)
        {
            DrawMarker(canvas, frame, marker);
        }

        return canvas.Close();
    }

    private static void DrawSeries(SvgCanvas canvas, PlotFrame frame, PlotSeries series, string colour)
    {
        canvas.Path(frame.BandPath(series.Band), "area " + colour);
        if (series.Filled)
        {
            PlotBand[] below = [.. series.Points.Select(p => new PlotBand(p.X, double.IsNaN(p.Y) ? p.Y : frame.Y.Low, p.Y))];
            canvas.Path(frame.BandPath(below), "area " + colour);
        }

        canvas.Path(frame.LinePath(series.Points), "line " + colour);
    }

    private void DrawMarker(SvgCanvas canvas, PlotFrame frame, PlotMarker marker)
    {
        double x = frame.X.Map(marker.Point.X);
        double y = frame.Y.Map(marker.Point.Y);
        bool toTheLeft = x + 10 + (marker.Label.Length * Size.CharWidth) > Size.Width;
        canvas.Dot(x, y, 3.5, "dot " + Figure.ColourClass(0), marker.Label);
        canvas.Text(toTheLeft ? x - 8 : x + 8, toTheLeft ? y - 4 : y + 13, marker.Label, toTheLeft ? "mark end" : "mark");
    }

    private double LeastX(PlotPoint[] points) =>
        X.Logarithmic && points.Any(p => p.X > 0) ? points.Where(p => p.X > 0).Min(p => p.X) : points.Min(p => p.X);

    private double HighestY(PlotPoint[] points)
    {
        double[] edges = [.. Series.SelectMany(s => s.Band).Where(b => double.IsFinite(b.High)).Select(b => b.High)];
        return Math.Max(points.Max(p => p.Y), edges.Length == 0 ? double.NegativeInfinity : edges.Max());
    }
}
