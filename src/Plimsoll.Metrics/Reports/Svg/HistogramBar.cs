namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>One bar of a histogram.</summary>
/// <param name="Low">Where it begins.</param>
/// <param name="High">Where it ends.</param>
/// <param name="Fraction">Fraction of the values in it.</param>
public readonly record struct HistogramBar(double Low, double High, double Fraction);
