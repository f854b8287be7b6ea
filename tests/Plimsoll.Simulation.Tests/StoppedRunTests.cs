using Plimsoll.Core;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Simulation.Tests;

/// <summary>A run that is stopped is the beginning of the run that is not.</summary>
public class StoppedRunTests
{
    [Fact]
    public void What_ended_by_the_stop_ended_as_in_the_whole_run()
    {
        long inFlight = 0;
        long refused = 0;
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 150); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("stop");
            ReplicaConfiguration configuration = RandomCases.Configuration(ref dice, StepComposition.Mixed, 1 + (int)dice.NextBelow(2));
            InferenceRequest[] requests = RandomCases.Requests(ref dice, configuration, most: 80);
            int? window = dice.NextBelow(2) == 0 ? 1 + (int)dice.NextBelow(5) : null;
            FleetScenario scenario = Fleets.Of(3, configuration, "least-requests", "queue-limit:limit=4", window: window);
            RecordedRun whole = RecordedRun.Of(scenario, requests);
            var stop = new Instant(dice.NextBelow(whole.Outcome.End.Nanoseconds + 1));

            RecordedRun stopped = RecordedRun.Of(scenario with { StopAt = stop }, requests);

            string name = $"seed {seed}";
            Assert.Equal(
                whole.Ended.Where(t => t.Finished <= stop).Select(t => RecordedRun.Describe(t)),
                stopped.Ended.Select(t => RecordedRun.Describe(t)));
            Assert.Equal(requests.Count(r => r.Arrival <= stop), stopped.Counts.Submitted);
            Assert.Equal(whole.Ended.Any(t => t.Finished > stop), stopped.Outcome.Partial);
            Assert.True(stopped.Outcome.Partial ? stopped.Outcome.End == stop : stopped.Outcome.End <= whole.Outcome.End, name);
            whole.AssertAccountsBalance(requests, name);
            stopped.AssertAccountsBalance(requests, name);
            inFlight += stopped.Counts.InFlight;
            refused += stopped.Counts.Rejected;
        }

        Assert.True(inFlight > 500, $"{inFlight} in flight at the stop");
        Assert.True(refused > 100, $"{refused} refused");
    }

    [Fact]
    public void A_stop_after_the_last_request_but_within_its_row_in_vain_leaves_nothing()
    {
        // The stop token is learnt at 2 s, when a row too many has been launched, which runs until 3 s.
        InferenceRequest[] requests = [new(new RequestId(0), Instant.Zero, 5, 2, new RequestDetails { MaxOutputTokens = 9 })];
        FleetScenario scenario = Fleets.Of(1, Fleets.Plain(stepSeconds: 1, stepsInFlight: 2));

        RecordedRun run = RecordedRun.Of(scenario with { StopAt = Instant.FromSeconds(2.5) }, requests);

        Assert.False(run.Outcome.Partial);
        Assert.Equal(1, run.Counts.Completed);
        Assert.Equal(2.0, run.Outcome.End.Seconds);
    }

    [Fact]
    public void An_observer_that_stops_the_run_leaves_accounts_that_balance()
    {
        RandomStream dice = new RandomTree(1).Stream("traffic");
        InferenceRequest[] requests = PoissonTraffic.Of(ref dice, 60, 20_000, PoissonTraffic.Geometric(50), PoissonTraffic.Geometric(20));
        FleetScenario scenario = Fleets.Of(3, Fleets.Plain(), "power-of-two");
        RecordedRun whole = RecordedRun.Of(scenario, requests);

        RecordedRun stopped = RecordedRun.Of(scenario, requests, glances: 2);

        Assert.False(whole.Outcome.Partial);
        Assert.True(stopped.Outcome.Partial);
        Assert.InRange(stopped.Counts.InFlight, 1, requests.Length);
        Assert.InRange(stopped.Ended.Count, 1, requests.Length - 1);
        Assert.Equal(
            whole.Ended.Take(stopped.Ended.Count).Select(t => RecordedRun.Describe(t)),
            stopped.Ended.Select(t => RecordedRun.Describe(t)));
        stopped.AssertAccountsBalance(requests, "stopped");
        whole.AssertAccountsBalance(requests, "whole");
    }
}
