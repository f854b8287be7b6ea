using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Barrier;
using Plimsoll.Serving.Replica;
using Plimsoll.Simulation.Barrier;
using Plimsoll.Testing;

namespace Plimsoll.Simulation.Tests.Barrier;

/// <summary>Groups in lockstep behind the dispatcher: what they have in common with single engines, and what the barrier costs.</summary>
public class LockstepRunTests
{
    [Theory]
    [InlineData(StepComposition.Mixed, 1)]
    [InlineData(StepComposition.Mixed, 2)]
    [InlineData(StepComposition.DecodeFirst, 1)]
    [InlineData(StepComposition.PrefillOnly, 1)]
    public void A_group_of_one_serves_exactly_as_a_single_engine(StepComposition composition, int stepsInFlight)
    {
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 300); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("one");
            ReplicaConfiguration replica = RandomCases.Configuration(ref dice, composition, stepsInFlight);
            InferenceRequest[] requests = RandomCases.Requests(ref dice, replica, most: 40);
            FleetScenario scenario = Fleets.Of(1, replica, window: dice.NextBelow(2) == 0 ? null : 5);
            var group = new LockstepConfiguration(1, BalancingCases.All[0]) { SlotsPerWorker = dice.NextBelow(2) == 0 ? null : int.MaxValue };

            RecordedRun single = RecordedRun.Of(scenario, requests, seed);
            RecordedRun grouped = RecordedRun.Of(scenario with { Lockstep = group }, requests, seed);

            Assert.True(single.ById().SequenceEqual(grouped.ById().Select(AsServedByReplica)), $"seed {seed}");
            (ReplicaOutcome engine, ReplicaOutcome worker) = (single.Outcome.Replicas[0], grouped.Outcome.Replicas[0]);
            Assert.Equal(engine.Statistics.Steps, worker.Statistics.Steps);
            Assert.Equal(engine.Statistics.BusyPicoseconds, worker.Statistics.BusyPicoseconds);
            Assert.Equal(engine.Statistics.DecodeRows, worker.Statistics.DecodeRows);
            Assert.Equal(engine.PeakKvBlocks, worker.PeakKvBlocks);
            Assert.Equal(worker.Statistics.BusyPicoseconds, grouped.Outcome.Groups[0].StepPicoseconds);
            Assert.Equal(0, grouped.Outcome.Groups[0].ImbalanceTokens);
            Assert.Equal(0, grouped.Outcome.Groups[0].WaitingPicoseconds);
        }
    }

    [Fact]
    public void Equal_requests_leave_no_worker_waiting()
    {
        InferenceRequest[] requests = Requests.Of([.. Enumerable.Repeat((0.0, 300, 200), 4 * 8 * 3)]);
        FleetScenario scenario = Fleets.Of(1, Engine(sequences: 8)) with { Lockstep = new LockstepConfiguration(4, BalancingCases.All[1]) };

        RecordedRun run = RecordedRun.Of(scenario, requests);

        LockstepTotals totals = run.Outcome.Groups[0];
        Assert.True(totals.Steps >= 3 * 200);
        Assert.Equal(0, totals.ImbalanceTokens);
        Assert.Equal(0, totals.WeightedImbalanceTokens);
        Assert.Equal(0, totals.WaitingPicoseconds);
        Assert.Equal(requests.Length, run.Counts.Completed);
    }

    [Fact]
    public void Accounts_balance_and_the_meter_agrees_with_the_ticking_group()
    {
        long preempted = 0;
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 300); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("meter");
            ReplicaConfiguration replica = RandomCases.Configuration(ref dice, StepComposition.Mixed, 1 + (int)dice.NextBelow(2));
            InferenceRequest[] requests = RandomCases.Requests(ref dice, replica, most: 60);
            var group = new LockstepConfiguration(1 + (int)dice.NextBelow(5), BalancingCases.All[(int)dice.NextBelow(4)]);
            FleetScenario scenario = Fleets.Of(1, replica) with { Lockstep = group };

            RecordedRun run = RecordedRun.Of(scenario, requests, seed);

            run.AssertAccountsBalance(requests, $"seed {seed}");
            preempted += run.Outcome.Metrics.Preemptions;
            var twin = new TickingGroup(group, replica, new RandomTree(seed));
            twin.Run(requests, _ => LengthPrediction.None);
            Assert.True(Naive(group.Workers, twin.Steps).Equals(run.Outcome.Groups[0]), $"seed {seed}");
        }

        Assert.True(preempted > 100, $"{preempted} preemptions");
    }

    [Fact]
    public void Several_groups_stand_behind_one_dispatcher()
    {
        RandomStream dice = new RandomTree(1).Stream("traffic");
        InferenceRequest[] requests = PoissonTraffic.Of(
            ref dice, 30, 1500, PoissonTraffic.Geometric(400), PoissonTraffic.Geometric(120));
        FleetScenario scenario = Fleets.Of(2, Engine(sequences: 16), "least-requests") with
        {
            Lockstep = new LockstepConfiguration(3, BalancingCases.All[1]),
        };

        RecordedRun run = RecordedRun.Of(scenario, requests);

        run.AssertAccountsBalance(requests, "two groups of three");
        Assert.Equal(Enumerable.Range(0, 6), run.Ended.Select(t => t.Replica).Distinct().Order());
        Assert.Equal(run.ById(), RecordedRun.Of(scenario, requests).ById());
        Assert.All(run.Outcome.Groups, totals => Assert.InRange(totals.WaitingFraction, 0.001, 0.9));
        Int128 work = run.Outcome.Replicas.Aggregate((Int128)0, (sum, worker) => sum + worker.Statistics.BusyPicoseconds);
        Int128 whole = run.Outcome.Groups.Aggregate((Int128)0, (sum, totals) => sum + (3 * totals.StepPicoseconds) - totals.WaitingPicoseconds);
        Assert.Equal(whole, work);
        Assert.Equal(6, SimulationReport.Of(run.Outcome, 1).Replicas.Count);
    }

    [Fact]
    public void A_closed_loop_keeps_a_group_busy()
    {
        RandomStream dice = new RandomTree(2).Stream("traffic");
        InferenceRequest[] requests = PoissonTraffic.Of(
            ref dice, 1e6, 600, PoissonTraffic.Geometric(200), PoissonTraffic.Geometric(60));
        FleetScenario scenario = Fleets.Of(1, Engine(sequences: 4)) with
        {
            ClosedConcurrency = 20,
            Lockstep = new LockstepConfiguration(4, BalancingCases.All[1]) { PoolRequests = 16 },
        };

        RecordedRun run = RecordedRun.Of(scenario, requests);

        run.AssertAccountsBalance(requests, "closed loop");
        Assert.Equal(run.Outcome.Groups[0].StepSeconds, run.Outcome.End.Seconds, 6);
    }

    private static ReplicaConfiguration Engine(int sequences) => new(
        new BatchingRules { MaxSequences = sequences, TokenBudget = 2048, StepsInFlight = 2, PrefixCaching = true },
        KvBlocks: 4000,
        BlockTokens: 16,
        new AffineStepTime(0.0055, 2.2e-5, 8e-6, 4.5e-8));

    // A group's refusals are nobody's, those of an engine its own.
    private static string AsServedByReplica(string described) => described.Replace(" on -1:", " on 0:", StringComparison.Ordinal);

    private static LockstepTotals Naive(int workers, IReadOnlyList<TickedGroupStep> steps)
    {
        var totals = new LockstepTotals { Workers = workers, Steps = steps.Count };
        foreach (TickedGroupStep step in steps)
        {
            long imbalance = (workers * step.LoadTokens.Max()) - step.LoadTokens.Sum();
            totals.StepPicoseconds += step.Picoseconds;
            totals.WaitingPicoseconds += (workers * step.Picoseconds) - step.WorkerPicoseconds.Sum();
            totals.ImbalanceTokens += imbalance;
            totals.WeightedImbalanceTokens += (Int128)imbalance * step.Picoseconds;
        }

        return totals;
    }
}
