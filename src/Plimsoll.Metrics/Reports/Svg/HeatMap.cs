namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>Where pairs of whole numbers lie, both axes logarithmic, shade for the logarithm of how many fall into a cell.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Description">The same in a sentence, for those who cannot see it.</param>
/// <param name="XLabel">What the horizontal axis counts.</param>
/// <param name="YLabel">What the vertical axis counts.</param>
/// <param name="X">Horizontal values; those that are not positive are left out.</param>
/// <param name="Y">Vertical values, one for each of <paramref name="X"/>.</param>
public sealed record HeatMap(string Title, string Description, string XLabel, string YLabel, IReadOnlyList<int> X, IReadOnlyList<int> Y)
{
    private const int Columns = 48;
    private const int Rows = 28;

    /// <summary>Room it takes.</summary>
    public PlotSize Size { get; init; } = PlotSize.Half with { Height = 300 };

    /// <summary>The plot with its caption, as HTML.</summary>
    public string ToFigure() => Figure.Html(Title, [], ToSvg());

    /// <summary>The plot alone.</summary>
    public string ToSvg()
    {
        SvgCanvas canvas = new(Size.Width, Size.Height, Size.CssClass, Title, Description);
        double[] xEdges = HistogramPlot.Edges(X, Columns);
        double[] yEdges = HistogramPlot.Edges(Y, Rows);
        if (xEdges.Length == 0 || yEdges.Length == 0)
        {
            canvas.Text(Size.Width / 2, Size.Height / 2, "nothing to show", "mid label");
            return canvas.Close();
        }

        PlotScale x = PlotScale.Of(new PlotAxis(XLabel, Logarithmic: true), xEdges[0], xEdges[^1], rounded: false, tickCount: 6);
        PlotScale y = PlotScale.Of(new PlotAxis(YLabel, Logarithmic: true), yEdges[0], yEdges[^1], rounded: false, tickCount: 4);
        PlotFrame frame = new(canvas, Size, x, y);
        long[,] counts = Count(xEdges, yEdges);
        long most = counts.Cast<long>().Max();
        HeatLevels heat = new();
        for (int column = 0; column < counts.GetLength(0); column++)
        {
            for (int row = 0; row < counts.GetLength(1); row++)
            {
                if (counts[column, row] > 0)
                {
                    int shade = Shade(counts[column, row], most);
                    AddCell(heat, frame, (xEdges[column], xEdges[column + 1]), (yEdges[row], yEdges[row + 1]), shade);
                }
            }
        }

        heat.Draw(canvas);
        HeatLevels.DrawKey(canvas, Size.Width - 18, 14, "1 request", Units.Count(most), Size.CharWidth);
        return canvas.Close();
    }

    private static int Shade(long count, long most) => most == 1 ? HeatLevels.Count - 1 : HeatLevels.Of(Math.Log(count) / Math.Log(most));

    private static void AddCell(HeatLevels heat, PlotFrame frame, (double Low, double High) x, (double Low, double High) y, int level)
    {
        double left = frame.X.Map(x.Low);
        double top = frame.Y.Map(y.High);
        heat.Add(level, left, top, frame.X.Map(x.High) - left, frame.Y.Map(y.Low) - top);
    }

    private long[,] Count(double[] xEdges, double[] yEdges)
    {
        long[,] counts = new long[xEdges.Length - 1, yEdges.Length - 1];
        for (int i = 0; i < X.Count; i++)
        {
            if (X[i] > 0 && Y[i] > 0)
            {
                counts[~Array.BinarySearch(xEdges, X[i]) - 1, ~Array.BinarySearch(yEdges, Y[i]) - 1]++;
            }
        }

        return counts;
    }
}
