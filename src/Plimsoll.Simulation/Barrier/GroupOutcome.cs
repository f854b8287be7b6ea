using Plimsoll.Metrics.Barrier;

namespace Plimsoll.Simulation.Barrier;

/// <summary>What a group in lockstep did.</summary>
/// <param name="Barrier">Imbalance, idling and energy.</param>
/// <param name="Loads">The loads over time.</param>
public sealed record GroupOutcome(BarrierMeter Barrier, IReadOnlyList<LoadSample> Loads);
