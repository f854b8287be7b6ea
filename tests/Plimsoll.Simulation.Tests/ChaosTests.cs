using Plimsoll.Core;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Simulation.Tests;

/// <summary>Anything goes, by seed: fleets, policies, memory, loops, windows, reports and stops. What must hold always, holds.</summary>
public class ChaosTests
{
    private static readonly (StepComposition Composition, int StepsInFlight)[] Engines =
    [
        (StepComposition.Mixed, 1),
        (StepComposition.Mixed, 2),
        (StepComposition.DecodeFirst, 1),
        (StepComposition.PrefillOnly, 1),
    ];

    [Fact]
    public void Accounts_balance_and_runs_repeat_whatever_is_run()
    {
        var ended = new Dictionary<RequestOutcome, long>();
        long preemptions = 0;
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 500); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("chaos");
            (StepComposition composition, int stepsInFlight) = Engines[dice.NextBelow(Engines.Length)];
            ReplicaConfiguration configuration = RandomCases.Configuration(ref dice, composition, stepsInFlight);
            InferenceRequest[] requests = RandomCases.Requests(ref dice, configuration, most: 120);
            FleetScenario scenario = RandomScenario(ref dice, configuration);

            RecordedRun run = RecordedRun.Of(scenario, requests, seed);
            RecordedRun again = RecordedRun.Of(scenario, requests, seed, block: 7);

            run.AssertAccountsBalance(requests, $"seed {seed}");
            Assert.Equal(run.Outcome.Metrics.Digest, again.Outcome.Metrics.Digest);
            Assert.Equal(run.Counts, again.Counts);
            foreach (RequestTimeline timeline in run.Ended)
            {
                ended[timeline.Outcome] = ended.GetValueOrDefault(timeline.Outcome) + 1;
                preemptions += timeline.Preemptions;
            }
        }

        Assert.All(
            [RequestOutcome.Completed, RequestOutcome.Cancelled, RequestOutcome.Rejected],
            outcome => Assert.InRange(ended[outcome], 300, long.MaxValue));
        Assert.True(preemptions > 300, $"{preemptions} preemptions");
    }

    private static FleetScenario RandomScenario(ref RandomStream dice, ReplicaConfiguration configuration)
    {
        string admission = dice.NextBelow(3) switch
        {
            0 => $"queue-limit:limit={1 + dice.NextBelow(6)}",
            1 => $"token-budget:tokens={1 + dice.NextBelow(2 * configuration.KvBlocks * configuration.BlockTokens)}",
            _ => "always",
        };
        IReadOnlyList<PolicyEntry> routers = PolicyCatalog.Routing.Policies;
        FleetScenario scenario = Fleets.Of(
            1 + (int)dice.NextBelow(7),
            configuration,
            routers[(int)dice.NextBelow(routers.Count)].Name,
            admission,
            dice.NextBelow(2) == 0 ? "fcfs" : "priority",
            dice.NextBelow(2) == 0 ? 1 + (int)dice.NextBelow(8) : null);
        return scenario with
        {
            ReportInterval = dice.NextBelow(2) == 0 ? Duration.Zero : new Duration(1_000_000 + dice.NextBelow(1_000_000_000)),
            ClosedConcurrency = dice.NextBelow(4) == 0 ? 1 + (int)dice.NextBelow(30) : null,
            StopAt = dice.NextBelow(4) == 0 ? new Instant(dice.NextBelow(3_000_000_000)) : Instant.Never,
        };
    }
}
