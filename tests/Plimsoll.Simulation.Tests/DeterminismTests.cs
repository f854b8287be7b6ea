using Plimsoll.Core;
using Plimsoll.Testing;

namespace Plimsoll.Simulation.Tests;

/// <summary>A seed means a run, whoever runs it and beside whatever else.</summary>
public class DeterminismTests
{
    private static readonly string[] Routers =
        ["round-robin", "random", "power-of-two", "least-requests", "least-tokens", "least-kv", "prefix-aware", "session"];

    [Fact]
    public async Task The_same_seed_gives_the_same_digest_twice_and_on_several_threads()
    {
        InferenceRequest[] requests = Traffic(1);
        FleetScenario scenario = Fleets.Of(5, Fleets.Plain(), "power-of-two");
        ulong expected = Digest(scenario, requests, seed: 7);

        ulong[] digests = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Digest(scenario, requests, seed: 7))));

        Assert.Equal(expected, Digest(scenario, requests, seed: 7));
        Assert.All(digests, digest => Assert.Equal(expected, digest));
        Assert.NotEqual(expected, Digest(scenario, requests, seed: 8));
        Assert.NotEqual(expected, Digest(scenario, Traffic(2), seed: 7));
    }

    [Fact]
    public void Another_router_leaves_arrivals_and_lengths_alone()
    {
        InferenceRequest[] requests = Traffic(1);
        var digests = new HashSet<ulong>();
        foreach (string router in Routers)
        {
            RecordedRun run = RecordedRun.Of(Fleets.Of(5, Fleets.Plain(), router), requests);

            Assert.Equal(
                requests.Select(r => (r.Id, r.Arrival, r.PromptTokens, r.OutputTokens)),
                run.Ended.OrderBy(t => t.Id).Select(t => (t.Id, t.Arrival, t.PromptTokens, t.OutputTokens)));
            digests.Add(run.Outcome.Metrics.Digest);
        }

        Assert.True(digests.Count > 4, "routers that decide differently give different runs");
    }

    private static InferenceRequest[] Traffic(ulong seed)
    {
        RandomStream dice = new RandomTree(seed).Stream("traffic");
        return PoissonTraffic.Of(ref dice, 40, 2000, PoissonTraffic.Geometric(100), PoissonTraffic.Geometric(40));
    }

    private static ulong Digest(FleetScenario scenario, InferenceRequest[] requests, ulong seed) =>
        RecordedRun.Of(scenario, requests, seed).Outcome.Metrics.Digest;
}
