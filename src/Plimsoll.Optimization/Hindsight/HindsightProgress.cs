namespace Plimsoll.Optimization.Hindsight;

/// <summary>How far a solve has come.</summary>
/// <param name="Seconds">Since it began, by the clock of the options; 0 without one.</param>
/// <param name="TotalLatency">Of the best schedule so far, in rounds.</param>
/// <param name="LowerBound">No schedule has less, in rounds.</param>
public readonly record struct HindsightProgress(double Seconds, long TotalLatency, long LowerBound);
