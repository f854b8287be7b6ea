namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>The range of a series at one place, drawn as a pale band behind its line.</summary>
/// <param name="X">Along the horizontal axis.</param>
/// <param name="Low">Lower edge.</param>
/// <param name="High">Upper edge.</param>
public readonly record struct PlotBand(double X, double Low, double High);
