namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>A line of a plot. Its colour follows from its place among the series.</summary>
/// <param name="Name">Its name in the legend; shown when there are several.</param>
/// <param name="Points">Its points, in order of x.</param>
/// <param name="Filled">Whether the area below it is tinted.</param>
public sealed record PlotSeries(string Name, IReadOnlyList<PlotPoint> Points, bool Filled = false)
{
    /// <summary>The range around the line, in order of x; none by default.</summary>
    public IReadOnlyList<PlotBand> Band { get; init; } = [];
}
