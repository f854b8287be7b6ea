using Plimsoll.Core;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Barrier;
using Plimsoll.Serving.Replica;
using Plimsoll.Serving.Tests.Replica;
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
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 400); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("case");
            ReplicaConfiguration replica = RandomCases.Configuration(ref dice, composition, stepsInFlight);
            InferenceRequest[] requests = RandomCases.Requests(ref dice, replica, most: 60);
            LockstepConfiguration group = Group(ref dice, replica);
            replica = dice.NextBelow(4) == 0 ? replica with { StepTime = new KinkedStepTime() } : replica;
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

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Same_timelines_and_steps_with_priorities(int stepsInFlight)
    {
        long preempted = 0;
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 400); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("priorities");
            ReplicaConfiguration replica = RandomCases.Configuration(ref dice, StepComposition.Mixed, stepsInFlight);
            replica = replica with
            {
                Rules = replica.Rules with
                {
                    Order = new BeliefsEqualTicksTests.Priorities(),
                    Eviction = new EvictionRules { Victim = EvictionVictim.LastInOrder },
                },
            };
            InferenceRequest[] requests = RandomCases.Requests(ref dice, replica, most: 60);
            preempted += LockstepTwinRun.Of(Group(ref dice, replica), replica, requests, seed).Timelines.Sum(t => t.Preemptions);
        }

        Assert.True(preempted > 100, $"{preempted} preemptions");
    }

    [Theory]
    [InlineData(EvictionVictim.Newest)]
    [InlineData(EvictionVictim.SmallestBound)]
    [InlineData(EvictionVictim.Everybody)]
    [InlineData(EvictionVictim.ByChance)]
    [InlineData(EvictionVictim.LastInOrder)]
    public void Same_timelines_and_steps_with_rules_of_theory(EvictionVictim victim)
    {
        long evicted = 0;
        int stuck = 0;
        ulong cases = TwinCases.Count(usual: 200);
        for (ulong seed = 1; seed <= cases; seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("beliefs");
            ReplicaConfiguration replica = BeliefsEqualTicksTests.Configuration(ref dice, victim);
            replica = replica with { Rules = replica.Rules with { Eviction = replica.Rules.Eviction with { Stall = Duration.Zero } } };
            InferenceRequest[] requests = RandomCases.Requests(ref dice, replica, most: 40);
            LockstepConfiguration group = Group(ref dice, replica);
            int wrong = (int)dice.NextBelow(3);
            LengthPrediction Predict(InferenceRequest request) => BeliefsEqualTicksTests.Prediction(request, seed, wrong);
            try
            {
                evicted += LockstepTwinRun.Of(group, replica, requests, seed, Predict).Timelines.Sum(t => t.Preemptions);
            }
            catch (NoProgressException)
            {
                stuck++;
            }
        }

        Assert.True(evicted > 100, $"{evicted} evictions");
        Assert.True(stuck < (int)cases / 4, $"{stuck} livelocks");
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
            SharedPicosecondsPerToken = dice.NextBelow(3) == 0 ? dice.NextBelow(1_000_000_000) : 0,
        };
}
