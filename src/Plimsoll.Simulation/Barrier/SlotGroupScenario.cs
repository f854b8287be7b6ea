using Plimsoll.Core;
using Plimsoll.Metrics;
using Plimsoll.Performance.Power;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Barrier;

namespace Plimsoll.Simulation.Barrier;

/// <summary>One barrier group of slots under one balancing policy: everything about a run but its traffic and its seed.</summary>
public sealed record SlotGroupScenario
{
    /// <summary>The group.</summary>
    public required SlotGroupConfiguration Group { get; init; }

    /// <summary>What is believed of output lengths, from the moment a request is revealed; null when nobody asks.</summary>
    public PredictionSpec? Prediction { get; init; }

    /// <summary>What each worker draws; null for no account of energy.</summary>
    public IPowerModel? Power { get; init; }

    /// <summary>Requests in the system at any time, for closed-loop traffic; null for traffic that brings its own arrivals.</summary>
    public int? ClosedConcurrency { get; init; }

    /// <summary>Latencies of requests that arrive before this are left out of the statistics.</summary>
    public Instant WarmUpEnd { get; init; }

    /// <summary>What a good request keeps.</summary>
    public ServiceObjectives Objectives { get; init; } = ServiceObjectives.None;

    /// <summary>
    /// No step begins at or after this; the run is partial if anything is left. <see cref="Instant.Never"/> to serve everything.
    /// </summary>
    public Instant StopAt { get; init; } = Instant.Never;
}
