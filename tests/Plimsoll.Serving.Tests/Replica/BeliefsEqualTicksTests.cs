using Plimsoll.Core;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Replica;

/// <summary>
/// Engine and twin agree when there is an order, a look ahead with lengths believed right or wrong, and any way to evict.
/// </summary>
public class BeliefsEqualTicksTests
{
    [Theory]
    [InlineData(EvictionVictim.Newest)]
    [InlineData(EvictionVictim.SmallestBound)]
    [InlineData(EvictionVictim.Everybody)]
    [InlineData(EvictionVictim.ByChance)]
    [InlineData(EvictionVictim.LastInOrder)]
    public void Same_timelines_with_whole_prompts(EvictionVictim victim)
    {
        long evicted = 0;
        int stuck = 0;
        ulong cases = TwinCases.Count(usual: 1500);
        for (ulong seed = 1; seed <= cases; seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("beliefs");
            ReplicaConfiguration configuration = Configuration(ref dice, victim);
            InferenceRequest[] requests = RandomCases.Requests(ref dice, configuration, most: 40);
            int wrong = (int)dice.NextBelow(3);
            LengthPrediction Predict(InferenceRequest request) => Prediction(request, seed, wrong);
            try
            {
                TwinRun run = TwinRun.Of(configuration, requests, reportOften: seed % 2 == 0, $"seed {seed}", Predict, new RandomStream(seed));
                evicted += run.Preemptions;
            }
            catch (NoProgressException)
            {
                stuck++;
            }
        }

        Assert.True(evicted > 100, $"{evicted} evictions");
        Assert.True(stuck < (int)cases / 4, $"{stuck} livelocks");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Same_timelines_with_priorities(int stepsInFlight)
    {
        long evicted = 0;
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 1500); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("priorities");
            ReplicaConfiguration configuration = RandomCases.Configuration(ref dice, StepComposition.Mixed, stepsInFlight);
            configuration = configuration with
            {
                Rules = configuration.Rules with
                {
                    Order = new Priorities(),
                    Eviction = new EvictionRules { Victim = EvictionVictim.LastInOrder },
                },
            };
            InferenceRequest[] requests = RandomCases.Requests(ref dice, configuration, most: 40);
            TwinRun run = TwinRun.Of(configuration, requests, reportOften: seed % 2 == 0, $"seed {seed}");
            evicted += run.Preemptions;
        }

        Assert.True(evicted > 100, $"{evicted} evictions");
    }

    internal static ReplicaConfiguration Configuration(ref RandomStream dice, EvictionVictim victim)
    {
        ReplicaConfiguration configuration = RandomCases.Configuration(ref dice, StepComposition.Mixed, 1);
        int sequences = 1 + (int)dice.NextBelow(12);
        bool sorts = victim == EvictionVictim.LastInOrder || dice.NextBelow(2) == 0;
        bool serves = sorts && dice.NextBelow(2) == 0;
        bool makesWay = serves && dice.NextBelow(2) == 0;
        return configuration with
        {
            CountsNewToken = dice.NextBelow(2) == 0,
            BlockTokens = dice.NextBelow(2) == 0 ? 1 : configuration.BlockTokens,
            KvBlocks = configuration.KvBlocks * (dice.NextBelow(2) == 0 ? 1 : 4),
            Rules = new BatchingRules
            {
                MaxSequences = sequences,
                TokenBudget = dice.NextBelow(2) == 0 ? int.MaxValue : sequences + (int)dice.NextBelow(200),
                ChunkedPrefill = false,
                Reservation = !makesWay && dice.NextBelow(6) == 0 ? MemoryReservation.PromptAndOutput : MemoryReservation.Prompt,
                WatermarkFraction = !makesWay && dice.NextBelow(3) == 0 ? 0.05 : 0,
                Lean = dice.NextBelow(3) == 0 ? 0.3 : 0,
                ReservedFraction = dice.NextBelow(3) == 0 ? 0.1 : 0,
                ProtectedFraction = !makesWay && dice.NextBelow(3) == 0 ? 0.2 : 0,
                Order = !sorts ? null : serves ? new Service() : new Shortest(),
                Backlog = !sorts && dice.NextBelow(2) == 0 ? () => new Longest() : null,
                LookAhead = makesWay ? AssumedLength.None : (AssumedLength)dice.NextBelow(4),
                Eviction = new EvictionRules
                {
                    Victim = victim,
                    Restarts = dice.NextBelow(2) == 0,
                    RefinesBounds = dice.NextBelow(2) == 0,
                    BumpsBounds = dice.NextBelow(2) == 0,
                    Probability = 0.3,
                    Stall = Duration.FromMilliseconds(dice.NextBelow(2) * 15),
                    MakesWay = makesWay,
                },
            },
        };
    }

    internal static LengthPrediction Prediction(in InferenceRequest request, ulong seed, int wrong)
    {
        RandomStream dice = new RandomTree(seed + (ulong)request.Id.Value).Stream("prediction");
        int output = request.OutputTokens;
        if (wrong == 0)
        {
            return LengthPrediction.Exact(output);
        }

        int lower = Math.Max(1, output - (int)dice.NextBelow(output + 1));
        int upper = output + (int)dice.NextBelow(40);
        return wrong == 1 ? new((lower + upper) / 2, lower, upper) : new(1 + (int)dice.NextBelow(60), 1 + (int)dice.NextBelow(20), upper / 2);
    }

    private sealed class Shortest : IQueueOrder
    {
        public long Key(in QueuedRequest request) => request.LowerBound;
    }

    internal sealed class Priorities : IQueueOrder
    {
        public long Key(in QueuedRequest request) => request.Priority;
    }

    private sealed class Service : IQueueOrder
    {
        public long Key(in QueuedRequest request) => request.GeneratedTokens / 8;

        public long TokensToNextKey(in QueuedRequest request) => 8 - (request.GeneratedTokens % 8);
    }

    private sealed class Longest : IBacklogOrder
    {
        public void Arrange(ReadOnlySpan<QueuedRequest> waiting, long capacityTokens, Span<int> order)
        {
            int[] places = [.. Enumerable.Range(0, waiting.Length)];
            int[] prompts = new int[waiting.Length];
            for (int i = 0; i < waiting.Length; i++)
            {
                prompts[i] = -waiting[i].PromptTokens;
            }

            places.OrderBy(place => prompts[place]).ToArray().CopyTo(order);
        }
    }
}
