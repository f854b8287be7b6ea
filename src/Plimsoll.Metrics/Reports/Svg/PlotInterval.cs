namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>One row of an interval plot.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Low">Lower end of the interval; not a number when there is none.</param>
/// <param name="Mean">The estimate.</param>
/// <param name="High">Upper end of the interval; not a number when there is none.</param>
public sealed record PlotInterval(string Name, double Low, double Mean, double High);
