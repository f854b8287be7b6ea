namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>One row of a lane plot.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">Fractions at even distances in time, 0 to 1; not a number where nothing is known.</param>
public sealed record PlotLane(string Name, IReadOnlyList<double> Values);
