using Plimsoll.Core;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Barrier;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Barrier;

/// <summary>The leaping group and its plain twin agree on every stamp of every request and on every step.</summary>
public class LockstepEqualsTicksTests
{
    [Theory]
    [InlineData(StepComposition.Mixed, 1)]
    [InlineData(StepComposition.Mixed, 2)]
    [InlineData(StepComposition.DecodeFirst, 1)]
    [InlineData(StepComposition.PrefillOnly, 1)]
    public void Same_timelines_and_steps_over_random_workloads(StepComposition composition, int stepsInFlight)
    {
        long preempted = 0;
        long cached = 0;
        long together = 0;
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 600); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("case");
            ReplicaConfiguration replica = RandomCases.Configuration(ref dice, composition, stepsInFlight);
            InferenceRequest[] requests = RandomCases.Requests(ref dice, replica, most: 60);
            LockstepConfiguration group = Group(ref dice, replica);
            LockstepTwinRun run = LockstepTwinRun.Of(group, replica, requests, seed);
            preempted += run.Timelines.Sum(t => t.Preemptions);
            cached += run.Timelines.Sum(t => t.CachedTokens);
            together += run.StepsTakenTogether;
        }

        // The comparison means something only if the hard cases occur.
        Assert.True(preempted > 100, $"{preempted} preemptions");
        Assert.True(cached > 1000 || composition == StepComposition.PrefillOnly, $"{cached} cached tokens");
        Assert.True(together > 1000, $"{together} steps taken together");
    }

    private static LockstepConfiguration Group(ref RandomStream dice, ReplicaConfiguration replica) =>
        new(1 + (int)dice.NextBelow(5), BalancingCases.All[(int)dice.NextBelow(BalancingCases.All.Count)])
        {
            SlotsPerWorker = dice.NextBelow(3) switch
            {
                0 => null,
                1 => 1 + (int)dice.NextBelow(replica.Rules.MaxSequences),
                _ => replica.Rules.MaxSequences + (int)dice.NextBelow(5),
            },
            PoolRequests = dice.NextBelow(2) == 0 ? int.MaxValue : 1 + (int)dice.NextBelow(8),
            IdlePicoseconds = dice.NextBelow(3) == 0 ? dice.NextBelow(20_000_000_000) : 0,
        };
}
