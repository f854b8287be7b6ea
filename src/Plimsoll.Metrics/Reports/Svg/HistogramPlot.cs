namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>Bars over a logarithmic axis: how whole numbers of very different size are spread.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Description">The same in a sentence, for those who cannot see it.</param>
/// <param name="XLabel">What the values are.</param>
/// <param name="Bars">The bars, ascending.</param>
public sealed record HistogramPlot(string Title, string Description, string XLabel, IReadOnlyList<HistogramBar> Bars)
{
    /// <summary>Room it takes.</summary>
    public PlotSize Size { get; init; } = PlotSize.Half;

    /// <summary>
    /// Bars of equal ratio over the positive values, at most <paramref name="count"/>. Edges fall on halves between whole numbers, so
    /// that a bar never stands for no number at all.
    /// </summary>
    public static IReadOnlyList<HistogramBar> LogarithmicBars(IReadOnlyList<int> values, int count)
    {
        ArgumentNullException.ThrowIfNull(values);
        double[] edges = Edges(values, count);
        long[] inBar = new long[Math.Max(0, edges.Length - 1)];
        foreach (int value in values)
        {
            if (value > 0)
            {
                int found = Array.BinarySearch(edges, value);
                inBar[~found - 1]++;
            }
        }

        return [.. inBar.Select((n, i) => new HistogramBar(edges[i], edges[i + 1], (double)n / values.Count))];
    }

    /// <summary>The plot with its caption, as HTML.</summary>
    public string ToFigure() => Figure.Html(Title, [], ToSvg());

    /// <summary>The plot alone.</summary>
    public string ToSvg()
    {
        SvgCanvas canvas = new(Size.Width, Size.Height, Size.CssClass, Title, Description);
        if (Bars.Count == 0)
        {
            canvas.Text(Size.Width / 2, Size.Height / 2, "nothing to show", "mid label");
            return canvas.Close();
        }

        PlotScale x = PlotScale.Of(new PlotAxis(XLabel, Logarithmic: true), Bars[0].Low, Bars[^1].High, rounded: false, tickCount: 6);
        PlotAxis fractions = new("share of requests", AxisKind.Fraction, Min: 0);
        PlotFrame frame = new(canvas, Size, x, PlotScale.Of(fractions, 0, Bars.Max(b => b.Fraction), rounded: true, tickCount: 4));
        foreach (HistogramBar bar in Bars.Where(bar => bar.Fraction > 0))
        {
            double left = frame.X.Map(bar.Low);
            double top = frame.Y.Map(bar.Fraction);
            double width = Math.Max(0.5, frame.X.Map(bar.High) - left - 1);
            string range = $"{Units.Count((long)Math.Ceiling(bar.Low))} to {Units.Count((long)Math.Floor(bar.High))}";
            canvas.Rectangle(left, top, width, frame.Baseline - top, "bar s0", $"{range}: {Units.Percent(bar.Fraction)}");
        }

        return canvas.Close();
    }

    internal static double[] Edges(IReadOnlyList<int> values, int count)
    {
        int[] positive = [.. values.Where(v => v > 0)];
        if (positive.Length == 0)
        {
            return [];
        }

        double low = positive.Min() - 0.5;
        double ratio = Math.Pow((positive.Max() + 0.5) / low, 1.0 / count);
        List<double> edges = [low];
        for (int i = 1; i <= count; i++)
        {
            double edge = Math.Round((low * Math.Pow(ratio, i)) - 0.5) + 0.5;
            if (edge > edges[^1])
            {
                edges.Add(edge);
            }
        }

        return [.. edges];
    }
}
