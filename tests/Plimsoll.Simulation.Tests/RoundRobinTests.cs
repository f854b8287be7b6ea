using Plimsoll.Core;
using Plimsoll.Metrics;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Simulation.Tests;

/// <summary>A fleet under round robin is so many engines, each with its share of the requests; looking changes nothing.</summary>
public class RoundRobinTests
{
    [Theory]
    [InlineData(StepComposition.Mixed, 1)]
    [InlineData(StepComposition.Mixed, 2)]
    [InlineData(StepComposition.DecodeFirst, 1)]
    [InlineData(StepComposition.PrefillOnly, 1)]
    public void A_fleet_equals_one_twin_for_each_replica(StepComposition composition, int stepsInFlight)
    {
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 100); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("fleet");
            int replicas = 1 + (int)dice.NextBelow(6);
            ReplicaConfiguration configuration = RandomCases.Configuration(ref dice, composition, stepsInFlight);
            InferenceRequest[] requests = RandomCases.Requests(ref dice, configuration, most: 30 * replicas);
            FleetScenario scenario = Fleets.Of(replicas, configuration);
            FleetScenario polled = scenario with { ReportInterval = new Duration(1_000_000 + dice.NextBelow(500_000_000)) };
            List<RequestTimeline> expected = Twins(configuration, requests, replicas);

            RecordedRun fresh = RecordedRun.Of(scenario, requests, block: 1 + (int)dice.NextBelow(50));

            Assert.Equal(
                expected.Select(t => $"seed {seed}: {RecordedRun.Describe(t)}"),
                fresh.ById().Select(text => $"seed {seed}: {text}"));
            Assert.Equal(DigestOf(expected), fresh.Outcome.Metrics.Digest);
            Assert.Equal(fresh.Outcome.Metrics.Digest, RecordedRun.Of(polled, requests).Outcome.Metrics.Digest);
            fresh.AssertAccountsBalance(requests, $"seed {seed}");
        }
    }

    [Fact]
    public void Without_preemption_every_token_is_computed_once()
    {
        RandomStream dice = new RandomTree(3).Stream("traffic");
        InferenceRequest[] requests = PoissonTraffic.Of(ref dice, 30, 3000, PoissonTraffic.Geometric(300), PoissonTraffic.Geometric(40));

        RecordedRun run = RecordedRun.Of(Fleets.Of(4, Fleets.Plain(sequences: 32, stepsInFlight: 2)), requests);

        Assert.Equal(0, run.Outcome.Metrics.Preemptions);
        Assert.Equal(requests.Sum(r => (long)r.PromptTokens), run.Outcome.Replicas.Sum(r => r.Statistics.PrefillTokens));
        Assert.Equal(requests.Sum(r => r.OutputTokens - 1L), run.Outcome.Replicas.Sum(r => r.Statistics.DecodeRows));
        Assert.Equal(requests.Sum(r => (long)r.OutputTokens), run.Outcome.Metrics.OutputTokens);
        run.AssertAccountsBalance(requests, "plain");
    }

    private static List<RequestTimeline> Twins(ReplicaConfiguration configuration, InferenceRequest[] requests, int replicas)
    {
        var all = new List<RequestTimeline>();
        for (int replica = 0; replica < replicas; replica++)
        {
            InferenceRequest[] share = [.. requests.Where(request => request.Id.Value % replicas == replica)];
            foreach (RequestTimeline timeline in new TickingReplica(configuration).Run(share))
            {
                all.Add(timeline with { Replica = replica });
            }
        }

        return [.. all.OrderBy(t => t.Id)];
    }

    private static ulong DigestOf(List<RequestTimeline> timelines) =>
        timelines.Aggregate(0UL, (sum, timeline) => unchecked(sum + TimelineDigest.Of(timeline)));
}
