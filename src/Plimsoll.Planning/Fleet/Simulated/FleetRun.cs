using Plimsoll.Core;
using Plimsoll.Metrics;
using Plimsoll.Simulation;

namespace Plimsoll.Planning.Fleet.Simulated;

/// <summary>One run of traffic through a fleet of equal replicas, as far as a plan asks.</summary>
/// <param name="TtftSeconds">The promised percentile of TTFT.</param>
/// <param name="TpotSeconds">The same of TPOT; not a number when every output is one token.</param>
/// <param name="E2eSeconds">The same of E2E.</param>
/// <param name="GoodFraction">Share of the requests that kept every limit.</param>
/// <param name="Watts">Mean power of all GPUs; not a number when nobody knows it.</param>
/// <param name="Unserved">Requests that were refused or failed.</param>
/// <param name="Digest">Fingerprint of everything that happened.</param>
public sealed record FleetRun(
    double TtftSeconds, double TpotSeconds, double E2eSeconds, double GoodFraction, double Watts, long Unserved, ulong Digest)
{
    /// <summary>Runs it; null when the watcher stopped it.</summary>
    /// <param name="engine">The kind of replica.</param>
    /// <param name="replicas">How many, from 1.</param>
    /// <param name="traffic">The traffic.</param>
    /// <param name="targets">The promises.</param>
    /// <param name="length">How long.</param>
    /// <param name="random">The dice: the same for all fleets, so that all meet the same traffic.</param>
    /// <param name="watcher">Somebody who watches, or null.</param>
    public static FleetRun? Execute(
        EngineOption engine,
        int replicas,
        FleetTraffic traffic,
        LatencyTargets targets,
        RunLength length,
        RandomTree random,
        IRunObserver? watcher = null)
    {
        FleetScenario scenario = engine.Scenario with
        {
            Replicas = replicas,
            WarmUpEnd = Instant.FromSeconds(length.WarmUpSeconds),
            Objectives = targets.Limits,
        };
        var source = new LastArrival(traffic.Source(length.Requests, random));
        SimulationOutcome outcome = SimulationRun.Execute(scenario, source, random, watcher);
        if (outcome.Partial)
        {
            return null;
        }

        MetricsCollector metrics = outcome.Metrics;
        RequestCounts counts = metrics.Counts;
        return new FleetRun(
            metrics.Ttft.Quantile(targets.Quantile),
            metrics.Tpot.Quantile(targets.Quantile),
            metrics.E2e.Quantile(targets.Quantile),
            (double)metrics.GoodRequests / metrics.E2e.Count,
            FleetPower.Watts(outcome, source.Arrival.Seconds),
            counts.Submitted - counts.Completed,
            metrics.Digest);
    }

    /// <summary>The promised percentile of a latency in seconds.</summary>
    public double Of(LatencyKind kind) => kind switch
    {
        LatencyKind.Ttft => TtftSeconds,
        LatencyKind.Tpot => TpotSeconds,
        _ => E2eSeconds,
    };
}
