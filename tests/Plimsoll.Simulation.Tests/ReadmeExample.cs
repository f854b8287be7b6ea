using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Simulation.Tests;

/// <summary>The example of README.md.</summary>
public sealed class ReadmeExample
{
    [Fact]
    public void Three_replicas_serve_thirty_requests_per_second()
    {
        #region example
        BatchingRules rules = PolicyCatalog.Batching.Parse("vllm:budget=2048", out _)!.Create().Plan(new EngineOverrides());
        var stepTime = new AffineStepTime(0.005, secondsPerPrefillToken: 25e-6, secondsPerSequence: 20e-6, secondsPerContextToken: 3e-9);
        var fleet = new FleetScenario
        {
            Replicas = 3,
            Replica = new ReplicaConfiguration(rules, KvBlocks: 4_000, BlockTokens: 16, stepTime),
            Dispatch = new DispatcherConfiguration(
                PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Default, PolicyCatalog.Routing.Parse("least-requests", out _)!),
        };
        var requests = new InferenceRequest[900];
        for (int i = 0; i < requests.Length; i++)
        {
            requests[i] = new InferenceRequest(new RequestId(i), Instant.FromSeconds(i / 30.0), PromptTokens: 1_000, OutputTokens: 200);
        }

        SimulationOutcome run = SimulationRun.Execute(fleet, new ListSource(requests), new RandomTree(Seed: 1));

        Assert.Equal(900, run.Metrics.Counts.Completed);
        Assert.InRange(run.Metrics.Ttft.Quantile(0.99), 0.02, 0.2); // seconds
        #endregion
    }
}
