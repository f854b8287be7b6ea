using Plimsoll.Core;
using Plimsoll.Metrics;
using Plimsoll.Performance.Power;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Barrier;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Simulation;

/// <summary>One fleet under one set of policies: everything about a run but its traffic and its seed.</summary>
public sealed record FleetScenario
{
    /// <summary>How many replicas, from 1; all alike.</summary>
    public required int Replicas { get; init; }

    /// <summary>What each of them is, or each of their workers.</summary>
    public required ReplicaConfiguration Replica { get; init; }

    /// <summary>Makes each replica a group of engines that run their steps together; null for single engines.</summary>
    public LockstepConfiguration? Lockstep { get; init; }

    /// <summary>What each accelerator draws; null for no account of energy.</summary>
    public IPowerModel? Power { get; init; }

    /// <summary>Accelerators of each engine, from 1; all do the same.</summary>
    public int AcceleratorsPerReplica { get; init; } = 1;

    /// <summary>Admission, ordering and routing.</summary>
    public required DispatcherConfiguration Dispatch { get; init; }

    /// <summary>What is believed of output lengths; null when nobody asks.</summary>
    public PredictionSpec? Prediction { get; init; }

    /// <summary>How often the dispatcher hears from the replicas; zero for always, as in an ideal fleet.</summary>
    public Duration ReportInterval { get; init; }

    /// <summary>Requests in the system at any time, for closed-loop traffic; null for traffic that brings its own arrivals.</summary>
    public int? ClosedConcurrency { get; init; }

    /// <summary>Latencies of requests that arrive before this are left out of the statistics.</summary>
    public Instant WarmUpEnd { get; init; }

    /// <summary>What a good request keeps.</summary>
    public ServiceObjectives Objectives { get; init; } = ServiceObjectives.None;

    /// <summary>The run stops here and is partial if anything is left; <see cref="Instant.Never"/> to serve everything.</summary>
    public Instant StopAt { get; init; } = Instant.Never;
}
