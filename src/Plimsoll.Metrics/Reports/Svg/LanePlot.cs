namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>One row for each replica, time from left to right, shade for how full it is.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Description">The same in a sentence, for those who cannot see it.</param>
/// <param name="StartSeconds">Time of the first value.</param>
/// <param name="EndSeconds">End of the last value's stretch.</param>
/// <param name="Lanes">The rows; all of the same length.</param>
/// <param name="LowLabel">What the palest shade means.</param>
/// <param name="HighLabel">What the strongest shade means.</param>
public sealed record LanePlot(
    string Title,
    string Description,
    double StartSeconds,
    double EndSeconds,
    IReadOnlyList<PlotLane> Lanes,
    string LowLabel,
    string HighLabel)
{
    private const double Top = 30;
    private const double Bottom = 46;
    private const double Right = 18;

    private double RowHeight => Math.Clamp(220.0 / Math.Max(1, Lanes.Count), 6, 26);

    /// <summary>The plot with its caption, as HTML.</summary>
    public string ToFigure() => Figure.Html(Title, [], ToSvg());

    /// <summary>The plot alone.</summary>
    public string ToSvg()
    {
        PlotSize size = PlotSize.Half with { Height = Top + (RowHeight * Lanes.Count) + Bottom };
        SvgCanvas canvas = new(size.Width, size.Height, size.CssClass, Title, Description);
        double left = 12 + (size.CharWidth * Lanes.Max(lane => lane.Name.Length));
        PlotAxis time = new("time", AxisKind.Seconds, Min: StartSeconds, Max: EndSeconds);
        PlotScale x = PlotScale.Of(time, StartSeconds, EndSeconds, rounded: false, tickCount: 6).Between(left, size.Width - Right);
        HeatLevels heat = new();
        for (int row = 0; row < Lanes.Count; row++)
        {
            AddLane(heat, Lanes[row].Values, left, x.Map(EndSeconds), Top + (row * RowHeight));
        }

        heat.Draw(canvas);
        DrawNames(canvas, left);
        DrawTime(canvas, size, x);
        canvas.Text(0, 14, "replica", "label");
        HeatLevels.DrawKey(canvas, size.Width - Right, 14, LowLabel, HighLabel, size.CharWidth);
        return canvas.Close();
    }

    private static int LevelAt(IReadOnlyList<double> values, int index) =>
        index >= values.Count || double.IsNaN(values[index]) ? -1 : HeatLevels.Of(values[index]);

    private void AddLane(HeatLevels heat, IReadOnlyList<double> values, double left, double right, double y)
    {
        double width = (right - left) / values.Count;
        double height = RowHeight - (RowHeight > 9 ? 2 : 1);
        int start = 0;
        for (int i = 1; i <= values.Count; i++)
        {
            int level = LevelAt(values, start);
            if (i == values.Count || LevelAt(values, i) != level)
            {
                if (level >= 0)
                {
                    heat.Add(level, left + (start * width), y, (i - start) * width, height);
                }

                start = i;
            }
        }
    }

    private void DrawNames(SvgCanvas canvas, double left)
    {
        int every = (int)Math.Ceiling(14 / RowHeight);
        for (int row = 0; row < Lanes.Count; row += every)
        {
            canvas.Text(left - 6, Top + ((row + 0.5) * RowHeight) + 3, Lanes[row].Name, "end");
        }
    }

    private static void DrawTime(SvgCanvas canvas, PlotSize size, PlotScale x)
    {
        double baseline = size.Height - Bottom;
        PlotFrame.DrawTicks(canvas, size, x, baseline);
        canvas.Text(size.Width - Right, size.Height - 6, x.Label, "label end");
    }
}
