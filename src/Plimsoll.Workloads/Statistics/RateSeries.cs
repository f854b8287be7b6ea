namespace Plimsoll.Workloads.Statistics;

/// <summary>Arrivals over time: counts in at most 512 bins of equal width from the first arrival on.</summary>
/// <param name="BinSeconds">Width of a bin: one second times a power of two.</param>
/// <param name="Counts">Requests in each bin.</param>
public sealed record RateSeries(double BinSeconds, IReadOnlyList<long> Counts);
