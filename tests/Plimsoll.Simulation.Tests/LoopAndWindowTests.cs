using Plimsoll.Core;
using Plimsoll.Metrics.Sampling;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Simulation.Tests;

/// <summary>Closed loops keep their number in the system; windows keep theirs on each replica.</summary>
public class LoopAndWindowTests
{
    [Fact]
    public void A_closed_loop_keeps_exactly_its_number_in_the_system()
    {
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 100); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("loop");
            ReplicaConfiguration configuration = RandomCases.Configuration(ref dice, StepComposition.Mixed, 1 + (int)dice.NextBelow(2));
            InferenceRequest[] requests = RandomCases.Requests(ref dice, configuration, most: 100);
            int concurrency = 1 + (int)dice.NextBelow(20);
            FleetScenario scenario = Fleets.Of(2, configuration, "least-requests") with { ClosedConcurrency = concurrency };

            RecordedRun run = RecordedRun.Of(scenario, requests);

            // One enters whenever one leaves, until there is nobody left to enter.
            Instant[] arrivals = [.. run.Ended.OrderBy(t => t.Id).Select(t => t.Arrival)];
            Instant[] ends = [.. run.Ended.Select(t => t.Finished).Order()];
            Assert.Equal(requests.Length, arrivals.Length);
            Assert.All(arrivals.Take(concurrency), arrival => Assert.Equal(Instant.Zero, arrival));
            Assert.Equal(ends.Take(Math.Max(0, requests.Length - concurrency)), arrivals.Skip(concurrency));
            run.AssertAccountsBalance(requests, $"seed {seed}");
        }
    }

    [Theory]
    [InlineData("round-robin")]
    [InlineData("random")]
    [InlineData("power-of-two")]
    [InlineData("least-requests")]
    public void A_window_bounds_what_is_on_each_replica_and_completes_the_same_requests(string routing)
    {
        const int Window = 3;
        RandomStream dice = new RandomTree(5).Stream("traffic");
        InferenceRequest[] requests = PoissonTraffic.Of(ref dice, 40, 3000, PoissonTraffic.Geometric(50), PoissonTraffic.Geometric(30));
        FleetScenario open = Fleets.Of(4, Fleets.Plain(sequences: 2), routing);
        FleetScenario late = Fleets.Of(4, Fleets.Plain(sequences: 2), routing, window: Window);

        RecordedRun early = RecordedRun.Of(open, requests);
        RecordedRun bound = RecordedRun.Of(late, requests);

        Assert.True(MostOnAReplica(early.Outcome.Series) > Window, "without a window more pile up");
        Assert.Equal(Window, MostOnAReplica(bound.Outcome.Series));
        Assert.True(bound.Outcome.Series.Fleet.Max(sample => sample.Queued) > 0, "the rest waits in the dispatcher");
        Assert.Equal(early.Counts, bound.Counts);
        Assert.Equal(
            early.Ended.OrderBy(t => t.Id).Select(t => (t.Id, t.Outcome, t.OutputTokens)),
            bound.Ended.OrderBy(t => t.Id).Select(t => (t.Id, t.Outcome, t.OutputTokens)));
        Assert.Equal(early.Outcome.Metrics.OutputTokens, bound.Outcome.Metrics.OutputTokens);
    }

    [Fact]
    public void Vector_12_an_urgent_request_waits_for_a_slot_and_is_first_when_one_frees()
    {
        // The engine serves first come, first served; the order of vllm-v1-engine, section 13, row 12, is that of the dispatcher's queue.
        var urgent = new RequestDetails { Priority = -1 };
        InferenceRequest[] requests =
        [
            new(new RequestId(0), Instant.Zero, 5, 4),
            new(new RequestId(1), Instant.Zero, 5, 9),
            new(new RequestId(2), Instant.FromSeconds(0.5), 5, 2),
            new(new RequestId(3), Instant.FromSeconds(1.5), 5, 2, urgent),
        ];
        FleetScenario scenario = Fleets.Of(1, Fleets.Plain(sequences: 2, stepSeconds: 1), ordering: "priority", window: 2);

        RecordedRun run = RecordedRun.Of(scenario, requests);

        // A slot frees at 4 s. The dispatcher hears of it when the step from 4 to 5 s is composed already, so the urgent one runs from 5 to
        // 7 s, and the one that waited longer from 8 s.
        Assert.Equal([0, 0, 8, 5], run.Ended.OrderBy(t => t.Id).Select(t => t.Scheduled.Seconds));
        Assert.Equal(0, run.Outcome.Metrics.Preemptions);
    }

    private static int MostOnAReplica(TimeSeries series) => series.Lanes.Max(lane => lane.Max(sample => sample.Running + sample.Waiting));
}
