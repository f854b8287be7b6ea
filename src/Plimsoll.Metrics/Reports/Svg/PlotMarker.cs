namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>A dot with a word beside it.</summary>
/// <param name="Point">Where.</param>
/// <param name="Label">The word.</param>
public readonly record struct PlotMarker(PlotPoint Point, string Label);
