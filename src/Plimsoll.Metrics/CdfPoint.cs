namespace Plimsoll.Metrics;

/// <summary>One point of a cumulative distribution.</summary>
/// <param name="Seconds">A value, in seconds.</param>
/// <param name="Fraction">The fraction of values that are not above it, 0 to 1.</param>
public readonly record struct CdfPoint(double Seconds, double Fraction);
