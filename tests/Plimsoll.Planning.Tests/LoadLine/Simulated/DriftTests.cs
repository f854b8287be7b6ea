using Plimsoll.Core;
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

namespace Plimsoll.Planning.Tests.LoadLine.Simulated;

/// <summary>
/// The search for the line where the line is known: every request takes the replica for itself, a constant number of steps.
/// </summary>
public sealed class DriftTests
{
    private const double StepSeconds = 0.01;
    private const int Output = 50;

    // One at a time for 50 steps of 10 ms.
    private static readonly FleetScenario Server = new()
    {
        Replicas = 1,
        Replica = new ReplicaConfiguration(
            PolicyCatalog.Batching.Parse("fcfs", out _)!.Create().Plan(new EngineOverrides { MaxSequences = 1 }),
            ReplicaConfiguration.UnlimitedKvBlocks,
            16,
            new ConstantStepTime(StepSeconds)),
        Dispatch = new DispatcherConfiguration(PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Default, PolicyCatalog.Routing.Default),
    };

    private static readonly LoadLineEstimate Line = LoadLineEstimate.Of(
        LawMoments.Of(new ConstantLength(8), new ConstantLength(Output), double.PositiveInfinity),
        new ReplicaLimits { KvTokens = double.PositiveInfinity, MaxSequences = 1, StepTime = new ConstantStepTime(StepSeconds) });

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void A_queue_below_the_line_does_not_grow(double load)
    {
        StabilityTrial trial = Search(4000).Trial(load * 2, new RandomTree(1))!;

        Assert.False(DriftTest.Of(trial).Grows, $"t = {DriftTest.Of(trial).T}");
        Assert.InRange(trial.GrowthShare, -0.02, 0.02);
    }

    [Theory]
    [InlineData(1.1)]
    [InlineData(2)]
    public void A_queue_above_the_line_grows_by_what_is_not_served(double load)
    {
        StabilityTrial trial = Search(4000).Trial(load * 2, new RandomTree(1))!;

        Assert.True(DriftTest.Of(trial).Grows, $"t = {DriftTest.Of(trial).T}");
        Assert.Equal(trial.Offered.Sum() * trial.GrowthShare, trial.Growth.Sum(), 1e-9);
        Assert.Equal(1, trial.ServedPerSecond, 0.01);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1.2)]
    [InlineData(5)]
    public void The_search_finds_the_line_from_any_guess(double guess) =>
        Assert.Equal(1 / (Output * StepSeconds), Search(4000).Find(guess, new RandomTree(3))!.Value, 0.02);

    [Fact]
    public void A_queue_that_never_empties_serves_the_line() =>
        Assert.Equal(1 / (Output * StepSeconds), Search(4000).Saturated(1, 2, new RandomTree(4))!.Value, 0.01);

    [Fact]
    public void The_same_dice_find_the_same_line() =>
        Assert.Equal(Search(2000).Find(2, new RandomTree(5)), Search(2000).Find(2, new RandomTree(5)));

    [Fact]
    public void A_watcher_ends_the_search() => Assert.Null(Search(20_000).Find(2, new RandomTree(6), () => new Impatient()));

    private static LineSearch Search(long requests) => new(
        Server,
        (arrivals, count, random) => new GeneratedSource(arrivals, new ConstantLength(8), new ConstantLength(Output), count, random),
        Line,
        requests);

    private sealed class Impatient : IRunObserver
    {
        public void Ended(in RequestTimeline timeline)
        {
        }

        public bool Continue(Instant now, long arrived, long ended) => false;
    }
}
