using Plimsoll.Core;
using Plimsoll.Metrics.Barrier;
using Plimsoll.Performance.Power;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Barrier;
using Plimsoll.Simulation.Barrier;
using Plimsoll.Testing;

namespace Plimsoll.Simulation.Tests.Barrier;

/// <summary>A run that leaps is the run that ticks: the same timelines to the nanosecond, and the same sums.</summary>
public sealed class SlotGroupTwinTests
{
    private const double Relative = 1e-10;

    [Fact]
    public void Random_groups_do_what_their_naive_twins_do()
    {
        ulong cases = TwinCases.Count(usual: 250);
        for (ulong seed = 0; seed < cases; seed++)
        {
            RandomStream dice = Dice.Seeded(seed);
            SlotGroupConfiguration group = SlotGroupCases.Group(ref dice);
            InferenceRequest[] requests = SlotGroupCases.Traffic(ref dice);
            PredictionSpec? prediction = dice.NextBelow(3) switch { 0 => null, 1 => Spec("exact"), _ => Spec("learned") };
            AssertTwins(group, requests, prediction, seed);
        }
    }

    private static PredictionSpec Spec(string text) => PredictionSpec.Parse(text, out _)!;

    private static void AssertTwins(SlotGroupConfiguration group, InferenceRequest[] requests, PredictionSpec? prediction, ulong seed)
    {
        var tree = new RandomTree(seed);
        var twin = new TickedSlotGroup(group, requests, prediction?.Create(tree), tree.Stream("balancing"));
        twin.Run();
        var recorded = new List<RequestTimeline>();
        var scenario = new SlotGroupScenario { Group = group, Prediction = prediction, Power = new LoadPowerLaw() };

        SlotGroupOutcome outcome = SlotGroupRun.Execute(scenario, new ListSource(requests, 7), tree, new Recorder(recorded));

        string context = $"seed {seed}, {group.Workers} workers of {group.SlotsPerWorker}, pool {group.PoolRequests}, {group.Balancing}";
        Assert.True(twin.Timelines.SequenceEqual(recorded), context);
        Assert.True(requests.Length == recorded.Count && !outcome.Partial, context);
        AssertSums(twin.Steps, outcome.Barrier.Whole, (double)twin.EmptyPicoseconds * 1e-12 * group.Workers * 100, context);
        Assert.True(twin.EmptyPicoseconds == outcome.Barrier.Whole.EmptyPicoseconds, context);
        int last = twin.Steps.FindLastIndex(step => step.FollowsAssignment);
        BarrierTotals filled = outcome.Barrier.UntilLastAssignment;
        AssertSums(twin.Steps.GetRange(0, last + 1), filled, (double)filled.EmptyPicoseconds * 1e-12 * group.Workers * 100, context);
        double perToken = twin.Timelines.Average(t => (t.Finished - t.Scheduled).Seconds / t.OutputTokens);
        AssertClose(perToken, outcome.Barrier.MeanSecondsPerOutputToken, context);
    }

    private static void AssertSums(List<TickedSlotStep> steps, BarrierTotals totals, double emptyJoules, string context)
    {
        Assert.True(steps.Count == totals.Steps, context);
        Assert.True(steps.Sum(step => (decimal)step.Picoseconds) == (decimal)totals.StepPicoseconds, context);
        Assert.True(steps.Sum(step => (long)step.Requests) == totals.OutputTokens, context);
        Assert.True(steps.Sum(step => (decimal)step.Imbalance) == (decimal)totals.ImbalanceTokens, context);
        Assert.True(steps.Sum(step => (decimal)step.Imbalance * step.Picoseconds) == (decimal)totals.WeightedImbalanceTokens, context);
        Assert.True(steps.Sum(step => (decimal)step.Requests * step.Picoseconds) == (decimal)totals.RequestPicoseconds, context);
        AssertClose(steps.Sum(step => step.Idle), totals.IdleSteps, context);
        AssertClose(steps.Sum(step => step.Idle * (step.Picoseconds * 1e-12)), totals.IdleSeconds, context);
        AssertClose(steps.Sum(step => step.Joules) + emptyJoules, totals.Joules, context);
    }

    private static void AssertClose(double expected, double actual, string context) =>
        Assert.True(
            Math.Abs(expected - actual) <= Relative * Math.Max(Math.Abs(expected), 1e-6), $"{context}: {expected} against {actual}");

    private sealed class Recorder(List<RequestTimeline> timelines) : IRunObserver
    {
        public void Ended(in RequestTimeline timeline) => timelines.Add(timeline);

        public bool Continue(Instant now, long arrived, long ended) => true;
    }
}
