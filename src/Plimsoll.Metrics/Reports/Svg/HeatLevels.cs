using System.Text;

namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>
/// Cells of a heat map, gathered by shade so that thousands of them are a handful of paths. Shades are steps of one hue from the page's
/// background to its darkest (or, on dark pages, lightest), which survives colour blindness and print.
/// </summary>
internal sealed class HeatLevels
{
    /// <summary>Shades, the palest first.</summary>
    public const int Count = 10;

    private readonly StringBuilder[] _paths = [.. Enumerable.Range(0, Count).Select(_ => new StringBuilder())];

    /// <summary>The shade of a fraction: 0 to 1 in ten equal parts.</summary>
    public static int Of(double fraction) => Math.Clamp((int)(fraction * Count), 0, Count - 1);

    /// <summary>Adds a cell.</summary>
    public void Add(int level, double x, double y, double width, double height) =>
        _paths[level].Append('M').Append(Markup.Coordinate(x)).Append(' ').Append(Markup.Coordinate(y))
            .Append('H').Append(Markup.Coordinate(x + width)).Append('V').Append(Markup.Coordinate(y + height))
            .Append('H').Append(Markup.Coordinate(x)).Append('z');

    /// <summary>Draws all cells.</summary>
    public void Draw(SvgCanvas canvas)
    {
        for (int level = 0; level < Count; level++)
        {
            canvas.Path(_paths[level].ToString(), "heat h" + (char)('0' + level));
        }
    }

    /// <summary>Draws the key: every shade from low to high, right-aligned at <paramref name="right"/>.</summary>
    public static void DrawKey(SvgCanvas canvas, double right, double y, string low, string high, double charWidth)
    {
        double end = right - (high.Length * charWidth) - 10;
        HeatLevels key = new();
        for (int level = 0; level < Count; level++)
        {
            key.Add(level, end - ((Count - level) * 9), y - 9, 9, 9);
        }

        key.Draw(canvas);
        canvas.Text(end - (Count * 9) - 6, y, low, "end");
        canvas.Text(right, y, high, "end");
    }
}
