using Plimsoll.Core;
using Plimsoll.Policies.Prediction;
using Plimsoll.Testing;

namespace Plimsoll.Simulation.Tests;

/// <summary>What the dispatcher holds in simulation leaves it as it would live: by order, by tenant, by deadline.</summary>
public sealed class DispatchOrderTests
{
    [Fact]
    public void A_deadline_comes_while_a_request_is_held()
    {
        // One place; the first runs for ten seconds. The second may wait for three, the third for twenty.
        InferenceRequest[] requests = Requests.Of((0, 10, 1000), (1, 10, 10), (1, 10, 10));
        requests[1] = requests[1] with { Details = new RequestDetails { Deadline = Duration.FromMilliseconds(3_000) } };
        requests[2] = requests[2] with { Details = new RequestDetails { Deadline = Duration.FromMilliseconds(20_000) } };

        RecordedRun run = RecordedRun.Of(Fleets.Of(1, Fleets.Plain(), window: 1), requests);

        RequestTimeline late = run.Ended.Single(t => t.Id == new RequestId(1));
        Assert.Equal((RejectReason.DeadlineExceeded, Instant.FromSeconds(4)), (late.RejectReason, late.Finished));
        Assert.Equal(2, run.Counts.Completed);
        run.AssertAccountsBalance(requests, "deadlines");
    }

    [Fact]
    public void A_tenant_who_asks_for_little_does_not_wait_for_one_who_asks_for_much()
    {
        InferenceRequest[] requests = [.. Requests.Of([.. Enumerable.Range(0, 41).Select(i => (0.001 * i, 10, 100))])
            .Select(request => request with { Details = new RequestDetails { Client = request.Id.Value == 40 ? "modest" : "greedy" } })];

        Assert.Equal([40, 2], new[] { "fcfs", "vtc" }.Select(ordering => PlaceOf(requests, ordering, null)));
    }

    [Fact]
    public void What_is_predicted_to_be_short_goes_first()
    {
        InferenceRequest[] requests = Requests.Of((0, 10, 100), (0.001, 10, 500), (0.002, 10, 50));

        Assert.Equal([2, 1], new[] { "fcfs", "least-work" }.Select(ordering => PlaceOf(requests, ordering, "exact")));
    }

    // How many ended before the last one.
    private static int PlaceOf(InferenceRequest[] requests, string ordering, string? predict)
    {
        FleetScenario scenario = Fleets.Of(1, Fleets.Plain(), ordering: ordering, window: 1) with
        {
            Prediction = predict is null ? null : PredictionSpec.Parse(predict, out _),
        };
        RecordedRun run = RecordedRun.Of(scenario, requests);
        run.AssertAccountsBalance(requests, ordering);
        return run.Ended.OrderBy(t => t.Finished).ThenBy(t => t.Id).ToList().FindIndex(t => t.Id == requests[^1].Id);
    }
}
