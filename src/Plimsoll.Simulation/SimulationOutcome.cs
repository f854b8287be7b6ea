using Plimsoll.Core;
using Plimsoll.Metrics;
using Plimsoll.Metrics.Sampling;
using Plimsoll.Simulation.Barrier;
using Plimsoll.Simulation.Energy;

namespace Plimsoll.Simulation;

/// <summary>What happened in a run, before anybody says what it means.</summary>
public sealed record SimulationOutcome
{
    /// <summary>The fleet.</summary>
    public required FleetScenario Scenario { get; init; }

    /// <summary>Counts, latencies and the digest.</summary>
    public required MetricsCollector Metrics { get; init; }

    /// <summary>The fleet over time.</summary>
    public required TimeSeries Series { get; init; }

    /// <summary>How good predictions of the output length were; null when none were made.</summary>
    public PredictionQuality? Prediction { get; init; }

    /// <summary>Each engine; of groups each worker, group by group.</summary>
    public required IReadOnlyList<ReplicaOutcome> Replicas { get; init; }

    /// <summary>What waiting for each other cost in each group in lockstep; empty when replicas are single engines.</summary>
    public IReadOnlyList<GroupOutcome> Groups { get; init; } = [];

    /// <summary>What the accelerators of an engine of this run drew; null in groups and when nobody asks for energy.</summary>
    public ReplicaEnergy? EnergyOf(ReplicaOutcome replica)
    {
        ArgumentNullException.ThrowIfNull(replica);
        return Scenario.Power is { } power && replica.Activity is { } activity
            ? ReplicaEnergy.Of(activity, power, Scenario.AcceleratorsPerReplica)
            : null;
    }

    /// <summary>True when the run was stopped before everything had ended.</summary>
    public required bool Partial { get; init; }

    /// <summary>Virtual time at the end.</summary>
    public required Instant End { get; init; }
}
