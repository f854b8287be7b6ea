namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>A line the size of a word.</summary>
public static class Sparkline
{
    private const double Width = 120;
    private const double Height = 28;

    /// <summary>The line through values at even distances; zero is at the bottom, not-a-number a gap. Empty below two values.</summary>
    /// <param name="description">What it shows, for those who cannot see it.</param>
    /// <param name="values">The values, not negative.</param>
    public static string ToSvg(string description, IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        double highest = values.Where(double.IsFinite).DefaultIfEmpty(0).Max();
        if (values.Count < 2)
        {
            return "";
        }

        SvgCanvas canvas = new(Width, Height, "spark", description, description, fit: "none");
        PathBuilder path = new();
        for (int i = 0; i < values.Count; i++)
        {
            if (double.IsFinite(values[i]))
            {
                double height = highest > 0 ? values[i] / highest : 0;
                path.To(1 + (i * (Width - 2) / (values.Count - 1)), Height - 2 - (height * (Height - 4)));
            }
            else
            {
                path.Break();
            }
        }

        canvas.Path(path.ToString(), "line s0");
        return canvas.Close();
    }
}
