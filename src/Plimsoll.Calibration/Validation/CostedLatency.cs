namespace Plimsoll.Calibration.Validation;

/// <summary>A latency, and what it is made of.</summary>
/// <param name="RooflineSeconds">What the roofline says, above 0.</param>
/// <param name="Steps">Steps in it; a mean, so not always whole.</param>
/// <param name="Requests">How many requests' delays are in it: 1 if it begins with an arrival, 0 if not.</param>
/// <param name="MeasuredSeconds">What was measured, above 0.</param>
public readonly record struct CostedLatency(double RooflineSeconds, double Steps, int Requests, double MeasuredSeconds);
