using Plimsoll.Core;
using Plimsoll.Metrics;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Simulation.Tests;

/// <summary>
/// The engine against a real one: 300 ShareGPT requests that vLLM 0.19 served with Llama-3.1-8B on one RTX PRO 6000, 128 sequences and
/// a budget of 2,048 tokens, overloaded. Step times are the affine fit with mixing to that run (vllm-v1-engine, section 12.2), so
/// what is tested is the engine's scheduling: with the right step times every percentile has to come out right.
/// </summary>
public class MeasuredRunTests
{
    private const string Run = "measured/llmservingsim_vllm/RTXPRO6000/Llama-3.1-8B/requests.jsonl";

    [Fact]
    public void Latencies_of_a_measured_vllm_run_come_out_within_one_per_cent()
    {
        MetricsCollector metrics = Simulate();

        Assert.Equal(300, metrics.Counts.Completed);
        Assert.Equal(0, metrics.Preemptions);
        Within(7.0972, metrics.Ttft.MeanSeconds, 0.01);
        Within(9.4427, metrics.Ttft.Quantile(0.5), 0.01);
        Within(19.7553, metrics.Ttft.Quantile(0.99), 0.01);
        Within(0.03246, metrics.Tpot.MeanSeconds, 0.01);
        Within(0.03734, metrics.Tpot.Quantile(0.99), 0.01);
        Within(28.2, metrics.E2e.MeanSeconds, 0.01);
    }

    private static void Within(double measured, double simulated, double share) =>
        Assert.InRange(simulated, measured * (1 - share), measured * (1 + share));

    private static MetricsCollector Simulate()
    {
        string path = SharedData.PathOf(Run);
        BatchingRules rules = PolicyCatalog.Batching.Default.Create().Plan(new EngineOverrides { MaxSequences = 128, TokenBudget = 2048 });
        var stepTime = new AffineStepTime(13.98e-3, 36.8e-6, 19.7e-6, 0.0812e-6, 0.0312e-6);
        using FileStream file = File.OpenRead(path);
        var problems = new TraceProblems();
        ITraceSource trace = TraceReader.Open(Path.GetFileName(path), file, new TraceOptions(), problems)!;
        FleetScenario scenario = Fleets.Of(1, new ReplicaConfiguration(rules, 25_000, 16, stepTime));
        SimulationOutcome outcome = SimulationRun.Execute(scenario, trace, new RandomTree(1));
        Assert.Equal(0, problems.Total);
        return outcome.Metrics;
    }
}
