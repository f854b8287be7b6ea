using Plimsoll.Core;
using Plimsoll.Testing;

namespace Plimsoll.Simulation.Tests;

/// <summary>Who is refused, where, and why.</summary>
public class AdmissionTests
{
    [Fact]
    public void A_queue_limit_refuses_the_rest_of_a_burst()
    {
        // Two replicas of four slots and four places to wait: twelve of thirty that come within 0.6 s and run for 10 s.
        InferenceRequest[] requests = Requests.Of([.. Enumerable.Range(0, 30).Select(i => (0.02 * i, 10, 1000))]);

        RecordedRun run = RecordedRun.Of(Fleets.Of(2, Fleets.Plain(), admission: "queue-limit:limit=2", window: 4), requests);

        Assert.Equal(12, run.Counts.Completed);
        Assert.Equal(18, run.Outcome.Metrics.RejectedFor(RejectReason.QueueFull));
        Assert.All(run.Ended.Where(t => t.Outcome == RequestOutcome.Rejected), t => Assert.Equal((-1, t.Arrival), (t.Replica, t.Finished)));
        run.AssertAccountsBalance(requests, "burst");
    }

    [Fact]
    public void A_token_budget_refuses_what_does_not_fit_and_lets_in_again_what_does()
    {
        InferenceRequest[] requests = Requests.Of((0, 600, 3), (0, 500, 3), (0, 400, 3), (0, 1, 3), (1, 1000, 1), (2, 1001, 1));

        RecordedRun run = RecordedRun.Of(Fleets.Of(1, Fleets.Plain(), admission: "token-budget:tokens=1000"), requests);

        Assert.Equal(
            [false, true, false, true, false, true],
            run.Ended.OrderBy(t => t.Id).Select(t => t.RejectReason == RejectReason.TokenBudget));
        Assert.Equal(3, run.Outcome.Metrics.RejectedFor(RejectReason.TokenBudget));
        run.AssertAccountsBalance(requests, "budget");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public void A_replica_refuses_what_it_could_never_serve_and_the_next_follows(int? window)
    {
        var replica = Fleets.Plain() with { KvBlocks = 10 };
        replica = replica with { Rules = replica.Rules with { ChunkedPrefill = false, TokenBudget = 120 } };
        InferenceRequest[] requests = Requests.Of((0, 121, 1), (0, 100, 62), (0, 100, 61), (0, 200, 1), (0, 10, 1));

        RecordedRun run = RecordedRun.Of(Fleets.Of(1, replica, window: window), requests);

        Assert.Equal(
            [
                RejectReason.PromptExceedsTokenBudget,
                RejectReason.ExceedsKvCapacity,
                RejectReason.None,
                RejectReason.PromptExceedsTokenBudget,
                RejectReason.None,
            ],
            run.Ended.OrderBy(t => t.Id).Select(t => t.RejectReason));
        Assert.All(run.Ended, t => Assert.Equal(0, t.Replica));
        run.AssertAccountsBalance(requests, "refusals");
    }
}
