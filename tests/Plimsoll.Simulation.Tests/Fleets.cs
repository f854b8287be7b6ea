using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Simulation.Tests;

/// <summary>Scenarios by the line, policies as a user writes them.</summary>
internal static class Fleets
{
    public static FleetScenario Of(
        int replicas,
        ReplicaConfiguration replica,
        string routing = "round-robin",
        string admission = "always",
        string ordering = "fcfs",
        int? window = null) => new()
        {
            Replicas = replicas,
            Replica = replica,
            Dispatch = new DispatcherConfiguration(
                Choice(PolicyCatalog.Admission, admission),
                Choice(PolicyCatalog.Ordering, ordering),
                Choice(PolicyCatalog.Routing, routing),
                window),
        };

    /// <summary>An engine of a few slots whose every step takes ten milliseconds; memory is plenty.</summary>
    public static ReplicaConfiguration Plain(int sequences = 4, double stepSeconds = 0.010, int stepsInFlight = 1) => new(
        new BatchingRules { MaxSequences = sequences, TokenBudget = 2048, StepsInFlight = stepsInFlight },
        KvBlocks: 1 << 20,
        BlockTokens: 16,
        new ConstantStepTime(stepSeconds));

    private static PolicyChoice<TPolicy> Choice<TPolicy>(PolicyFamily<TPolicy> family, string text)
        where TPolicy : class
    {
        PolicyChoice<TPolicy>? choice = family.Parse(text, out IReadOnlyList<string> problems);
        Assert.True(choice is not null, string.Join("; ", problems));
        return choice;
    }
}
