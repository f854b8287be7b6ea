using Plimsoll.Core;
using Plimsoll.Metrics.Statistics;
using Plimsoll.Performance.StepTime;
using Plimsoll.Planning.LoadLine;
using Plimsoll.Planning.LoadLine.Simulated;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Replica;
using Plimsoll.Simulation;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Theory.Tests;

/// <summary>
/// Saturated replicas against the load line: prompts and outputs of 10 to 1,600 tokens, uniform, chunk 512, 131,000 KV tokens
/// (scheduling theory, sections 1.4 and 8, rows 2 and 10).
/// </summary>
public class LoadLineTests
{
    private const int Chunk = 512;
    private const int KvTokens = 131_000;

    // Vector of section 1.4: completions a step by theory.
    private const double PerStep = 0.121353;

    // 12.5 ms, 20 µs a prompt token, 30 µs a row, 0.1 µs a context token: more than half of a full step is load.
    private static readonly AffineStepTime GrowingStep = new(0.0125, 2e-5, 3e-5, 1e-7);

    private static readonly UniformLength Lengths = new(10, 1600);

    private static readonly RequestMoments Moments = LawMoments.Of(Lengths, Lengths, Chunk);

    [Theory]
    [InlineData("vllm", PolicyEfficiency.EvictAndRecompute)]
    [InlineData("sarathi", PolicyEfficiency.PromptReserved)]
    [InlineData("fcfs", PolicyEfficiency.LookAhead)]
    [InlineData("vllm-v0", PolicyEfficiency.PromptsAlone)]
    public void Saturated_policies_reach_their_share_of_the_line(string policy, double efficiency)
    {
        LoadLineEstimate line = LoadLineEstimate.Of(Moments, Replica(new ConstantStepTime(1)));

        double saturated = Saturated(policy, line);

        Assert.Equal(efficiency, saturated / line.RequestsPerSecond, 0.003);
    }

    [Fact]
    public void The_engine_that_comes_nearest_to_the_ideal_policy_is_within_a_percent_of_the_line() =>
        Assert.Equal(PerStep, Saturated("vllm", LoadLineEstimate.Of(Moments, Replica(new ConstantStepTime(1)))), 0.01 * PerStep);

    [Fact]
    public void Reserving_the_peak_reaches_what_its_formula_says()
    {
        LoadLineEstimate line = LoadLineEstimate.Of(Moments, Replica(new ConstantStepTime(1)));

        double saturated = Saturated("orca", line);

        Assert.Equal(0.0867, saturated, 0.02 * 0.0867);
        Assert.Equal(line.PeakReservationRate, saturated, 0.01 * saturated);
    }

    [Theory]
    [InlineData(0.97, false)]
    [InlineData(1.03, true)]
    public void A_queue_is_bounded_below_the_line_and_grows_above_it(double load, bool grows)
    {
        LoadLineEstimate line = LoadLineEstimate.Of(Moments, Replica(new ConstantStepTime(1)));
        LineSearch search = Search("vllm", line, budget: null, 30_000);
        double rate = load * PolicyEfficiency.EvictAndRecompute * line.RequestsPerSecond;

        for (int replication = 0; replication < 3; replication++)
        {
            StabilityTrial trial = search.Trial(rate, new RandomTree(71).Replication(replication))!;
            Assert.True(DriftTest.Of(trial).Grows == grows, $"replication {replication}: growth {trial.GrowthShare:0.0000}, t = {DriftTest.Of(trial).T:0.0}");
        }
    }

    [Theory]
    [InlineData(150, BindingLimit.Compute)]
    [InlineData(170, BindingLimit.Compute)]
    [InlineData(400, BindingLimit.Memory)]
    public void Stability_ends_at_the_less_of_memory_and_compute(int budget, BindingLimit binding)
    {
        LoadLineEstimate line = LoadLineEstimate.Of(Moments, Replica(new ConstantStepTime(1)) with { TokenBudget = budget });
        Assert.Equal(binding, line.Binding);
        LineSearch search = Search("vllm", line, budget, 15_000);

        double found = search.Find(line.RequestsPerSecond, new RandomTree(72))!.Value;

        Assert.Equal(Math.Min(line.MemoryBound, line.ComputeBound), found, 0.015 * found);
    }

    [Fact]
    public void A_step_that_grows_with_the_load_moves_the_line_as_the_formula_says()
    {
        LoadLineEstimate line = LoadLineEstimate.Of(Moments, Replica(GrowingStep));
        double expected = line.RateAt(PolicyEfficiency.LookAhead * line.RequestsPerStep);

        Assert.Equal(expected, Saturated("fcfs", line), 0.005 * expected);
    }

    [Fact]
    public void Computing_evicted_prompts_again_costs_what_the_line_does_not_count()
    {
        LoadLineEstimate line = LoadLineEstimate.Of(Moments, Replica(GrowingStep));

        Assert.Equal(0.945, Saturated("vllm", line) / line.RequestsPerSecond, 0.01);
    }

    private static double Saturated(string policy, LoadLineEstimate line)
    {
        LineSearch search = Search(policy, line, budget: null, 12_000);
        return MeanEstimate.Of(
        [
            .. Enumerable.Range(0, 3).Select(replication =>
                search.Saturated(line.ResidentRequests, line.RequestsPerSecond, new RandomTree(70).Replication(replication))!.Value),
        ]).Mean;
    }

    private static ReplicaLimits Replica(IStepTimeModel stepTime) => new() { KvTokens = KvTokens, StepTime = stepTime };

    private static LineSearch Search(string policy, LoadLineEstimate line, int? budget, long requests)
    {
        BatchingRules rules = PolicyCatalog.Batching.Parse(policy, out _)!.Create().Plan(new EngineOverrides
        {
            MaxSequences = budget ?? int.MaxValue,
            TokenBudget = budget ?? int.MaxValue,
            ChunkTokens = Chunk,
            Synchronous = true,
        });
        var scenario = new FleetScenario
        {
            Replicas = 1,
            Replica = new ReplicaConfiguration(rules, KvTokens, 1, line.Limits.StepTime),
            Dispatch = new DispatcherConfiguration(
                PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Default, PolicyCatalog.Routing.Default),
        };
        return new LineSearch(
            scenario, (arrivals, count, random) => new GeneratedSource(arrivals, Lengths, Lengths, count, random), line, requests);
    }
}
