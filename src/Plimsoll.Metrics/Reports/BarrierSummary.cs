namespace Plimsoll.Metrics.Reports;

/// <summary>What a barrier group lost by waiting for its slowest worker.</summary>
/// <param name="Imbalance">Mean over steps of the summed gap between the largest load and each worker's, in tokens.</param>
/// <param name="IdleFraction">Fraction of worker time spent waiting at the barrier.</param>
public sealed record BarrierSummary(double Imbalance, double IdleFraction);
