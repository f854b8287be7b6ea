namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>The room inside the axes, and the axes themselves: gridlines, ticks, and labels that read horizontally.</summary>
internal sealed class PlotFrame
{
    private const double Top = 30;
    private const double Bottom = 46;
    private const double Right = 18;

    public PlotFrame(SvgCanvas canvas, PlotSize size, PlotScale x, PlotScale y)
    {
        double left = 12 + (size.CharWidth * Math.Max(2, y.Ticks.Count == 0 ? 2 : y.Ticks.Max(tick => tick.Text.Length)));
        Left = left;
        X = x.Between(left, size.Width - Right);
        Y = y.Between(size.Height - Bottom, Top);
        Baseline = size.Height - Bottom;
        DrawHorizontals(canvas, size);
        DrawVerticals(canvas, size);
    }

    /// <summary>Horizontal scale, placed.</summary>
    public PlotScale X { get; }

    /// <summary>Vertical scale, placed.</summary>
    public PlotScale Y { get; }

    /// <summary>Left edge of the room.</summary>
    public double Left { get; }

    /// <summary>Lower edge of the room.</summary>
    public double Baseline { get; }

    /// <summary>Line segments through the points, leaving out what would fall on the same pixel and breaking at gaps.</summary>
    public string LinePath(IReadOnlyList<PlotPoint> points)
    {
        PathBuilder path = new();
        foreach (PlotPoint point in points)
        {
            if (double.IsNaN(point.Y))
            {
                path.Break();
            }
            else
            {
                path.To(X.Map(point.X), Y.Map(point.Y));
            }
        }

        return path.ToString();
    }

    /// <summary>The area between two edges given at the same places.</summary>
    public string BandPath(IReadOnlyList<PlotBand> band)
    {
        PathBuilder path = new();
        foreach (PlotBand edge in band.Where(edge => !double.IsNaN(edge.Low)))
        {
            path.To(X.Map(edge.X), Y.Map(edge.High));
        }

        foreach (PlotBand edge in band.Reverse().Where(edge => !double.IsNaN(edge.Low)))
        {
            path.To(X.Map(edge.X), Y.Map(edge.Low));
        }

        return path.ToString();
    }

    private void DrawHorizontals(SvgCanvas canvas, PlotSize size)
    {
        canvas.Text(0, 14, Y.Label, "label");
        foreach ((double value, string text) in Y.Ticks)
        {
            double y = Y.Map(value);
            canvas.Line(Left, y, size.Width - Right, y, value == Y.Low ? "rule" : "grid");
            canvas.Text(Left - 6, y + 4, text, "end");
        }
    }

    /// <summary>Ticks and their text below a baseline. A text that would touch the one before it is left out.</summary>
    public static void DrawTicks(SvgCanvas canvas, PlotSize size, PlotScale x, double baseline)
    {
        double free = double.NegativeInfinity;
        foreach ((double value, string text) in x.Ticks)
        {
            double place = x.Map(value);
            double half = text.Length * size.CharWidth / 2;
            double left = Math.Min(place, size.Width - half) - half;
            canvas.Line(place, baseline, place, baseline + 4, "rule");
            if (left >= free)
            {
                canvas.Text(left + half, baseline + 19, text, "mid");
                free = left + (2 * half) + 4;
            }
        }
    }

    private void DrawVerticals(SvgCanvas canvas, PlotSize size)
    {
        canvas.Line(Left, Baseline, size.Width - Right, Baseline, "rule");
        DrawTicks(canvas, size, X, Baseline);
        canvas.Text(size.Width - Right, size.Height - 6, X.Label, "label end");
    }
}
