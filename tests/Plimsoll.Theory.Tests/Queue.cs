using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Replica;
using Plimsoll.Simulation;
using Plimsoll.Testing;

namespace Plimsoll.Theory.Tests;

/// <summary>
/// A fleet that is a queue of the textbook. With one sequence a replica and a constant step, a request of a one-token prompt and k output
/// tokens is served in exactly k steps: an idle replica starts at the instant of the arrival, and a busy one takes the next request at
/// the instant at which the last ends, so that step boundaries cost nothing.
/// </summary>
internal static class Queue
{
    /// <summary>A step of one sequence.</summary>
    public const double StepSeconds = 0.001;

    /// <summary>Replicas that serve one request at a time.</summary>
    public static FleetScenario Servers(int servers, string routing = "round-robin", int? window = null) =>
        Of(servers, sequences: 1, new ConstantStepTime(StepSeconds), routing, window);

    /// <summary>
    /// A replica that serves everybody at once, in steps whose time is proportional to their number: each of n gets one token in n times
    /// <paramref name="stepSeconds"/>.
    /// </summary>
    public static FleetScenario SharedServer(double stepSeconds) =>
        Of(1, sequences: 4096, new AffineStepTime(0, 0, stepSeconds), "round-robin", window: null);

    /// <summary>Runs requests and says what those experienced that arrived after the first tenth of them.</summary>
    public static Experience Run(FleetScenario scenario, InferenceRequest[] requests, RandomTree random)
    {
        var experience = new Experience(requests[requests.Length / 10].Arrival);
        SimulationOutcome outcome = SimulationRun.Execute(scenario, new ListSource(requests), random, experience);
        Assert.Equal(requests.Length, outcome.Metrics.Counts.Completed);
        experience.AssertLittleLaw(outcome.Metrics);
        return experience;
    }

    private static FleetScenario Of(int replicas, int sequences, IStepTimeModel stepTime, string routing, int? window)
    {
        var rules = new BatchingRules { MaxSequences = sequences, TokenBudget = sequences };
        return new FleetScenario
        {
            Replicas = replicas,
            Replica = new ReplicaConfiguration(rules, ReplicaConfiguration.UnlimitedKvBlocks, 16, stepTime),
            Dispatch = new DispatcherConfiguration(
                PolicyCatalog.Admission.Default,
                PolicyCatalog.Ordering.Default,
                PolicyCatalog.Routing.Parse(routing, out _)!,
                window),
        };
    }
}
