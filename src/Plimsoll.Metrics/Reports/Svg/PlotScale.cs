namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>Maps values to places along one axis, and knows where its ticks are and what they say.</summary>
internal sealed class PlotScale
{
    private readonly double _from;
    private readonly double _to;
    private readonly bool _logarithmic;

    private PlotScale(
        double low, double high, double from, double to, bool logarithmic, string label, IReadOnlyList<(double, string)> ticks) =>
        (Low, High, _from, _to, _logarithmic, Label, Ticks) = (low, high, from, to, logarithmic, label, ticks);

    /// <summary>Least value shown.</summary>
    public double Low { get; }

    /// <summary>Greatest value shown.</summary>
    public double High { get; }

    /// <summary>The axis label, with the unit if the ticks do not carry it.</summary>
    public string Label { get; }

    /// <summary>Ticks inside the shown range, with their text, ascending.</summary>
    public IReadOnlyList<(double Value, string Text)> Ticks { get; }

    /// <summary>
    /// The scale of an axis for data between <paramref name="low"/> and <paramref name="high"/>, not yet placed. With
    /// <paramref name="rounded"/> the free ends move out to ticks, and down to zero.
    /// </summary>
    public static PlotScale Of(PlotAxis axis, double low, double high, bool rounded, int tickCount)
    {
        low = axis.Min ?? (double.IsFinite(low) ? low : 0);
        high = axis.Max ?? (double.IsFinite(high) ? high : 1);
        if (axis.Logarithmic && low > 0 && high >= 3 * low)
        {
            return new PlotScale(low, high, 0, 1, true, axis.Label, TickMaker.Logarithmic(axis.Kind, low, high));
        }

        low = rounded && axis.Min is null ? Math.Min(low, 0) : low;
        high = high > low ? high : low + (low == 0 ? 1 : Math.Abs(low) * 0.1);
        (string label, double step, IReadOnlyList<(double, string)> ticks) = TickMaker.Linear(axis, ref low, ref high, rounded, tickCount);
        return new PlotScale(low, high, 0, 1, false, label, step > 0 ? ticks : []);
    }

    /// <summary>The same scale between two places.</summary>
    public PlotScale Between(double from, double to) => new(Low, High, from, to, _logarithmic, Label, Ticks);

    /// <summary>The place of a value; values outside are held at the ends.</summary>
    public double Map(double value)
    {
        double clamped = Math.Clamp(value, Low, High);
        double fraction = _logarithmic ? Math.Log(clamped / Low) / Math.Log(High / Low) : (clamped - Low) / (High - Low);
        return _from + (fraction * (_to - _from));
    }
}
