namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>A point in the units of the axes. A y that is not a number interrupts the line.</summary>
/// <param name="X">Along the horizontal axis.</param>
/// <param name="Y">Along the vertical axis.</param>
public readonly record struct PlotPoint(double X, double Y);
