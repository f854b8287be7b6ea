using Plimsoll.Core;
using Plimsoll.Policies;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Replica;
using Plimsoll.Simulation;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Calibration.Validation;

/// <summary>Keeps so many requests in flight on one simulated engine, ten times over, as the public sweeps do.</summary>
internal static class ClosedLoop
{
    /// <summary>Requests for each place in the loop.</summary>
    public const int Rounds = 10;

    private static readonly DispatcherConfiguration ToTheOnly = new(
        PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Default, PolicyCatalog.Routing.Default);

    /// <summary>Mean seconds to the first token and per further one over all requests, those of the first burst included.</summary>
    public static (double Ttft, double Tpot) Run(
        ReplicaConfiguration replica, int concurrency, LengthDistribution prompts, LengthDistribution outputs, RandomTree random)
    {
        var scenario = new FleetScenario { Replicas = 1, Replica = replica, Dispatch = ToTheOnly, ClosedConcurrency = concurrency };
        var source = new GeneratedSource(new BacklogArrivals(), prompts, outputs, (long)Rounds * concurrency, random);
        SimulationOutcome outcome = SimulationRun.Execute(scenario, source, random);
        return (outcome.Metrics.Ttft.MeanSeconds, outcome.Metrics.Tpot.MeanSeconds);
    }
}
