using Plimsoll.Core;
using Plimsoll.Metrics;
using Plimsoll.Metrics.Barrier;
using Plimsoll.Metrics.Sampling;

namespace Plimsoll.Simulation.Barrier;

/// <summary>What happened in a run of a barrier group of slots, before anybody says what it means.</summary>
public sealed record SlotGroupOutcome
{
    /// <summary>The group.</summary>
    public required SlotGroupScenario Scenario { get; init; }

    /// <summary>
    /// Counts, latencies and the digest. A request counts as submitted from when it is revealed. It is scheduled when it joins a worker,
    /// and its prompt is there already: time to first token is waiting, the backlog's included, and one decode step.
    /// </summary>
    public required MetricsCollector Metrics { get; init; }

    /// <summary>Imbalance, idling and energy.</summary>
    public required BarrierMeter Barrier { get; init; }

    /// <summary>The loads over time.</summary>
    public required IReadOnlyList<LoadSample> Loads { get; init; }

    /// <summary>Requests over time, each worker a lane.</summary>
    public required TimeSeries Series { get; init; }

    /// <summary>How good predictions of the output length were; null when none were made.</summary>
    public PredictionQuality? Prediction { get; init; }

    /// <summary>Most requests that were on one worker at once.</summary>
    public required int PeakRunningOnWorker { get; init; }

    /// <summary>True when the run was stopped before everything had ended.</summary>
    public required bool Partial { get; init; }

    /// <summary>Virtual time at the end.</summary>
    public required Instant End { get; init; }
}
