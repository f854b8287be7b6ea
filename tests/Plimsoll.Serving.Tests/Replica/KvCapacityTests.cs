using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Replica;

/// <summary>
/// No policy of the catalogue ever holds more KV memory than there is, however wrong its predictions are: the ledger notes the most that
/// was ever held, leaps included. Four hundred thousand steps as a rule, a hundred million with <c>./test.sh --long</c>.
/// </summary>
public class KvCapacityTests
{
    private const long UsualSteps = 400_000;
    private const long LongSteps = 100_000_000;

    private static readonly string[] NeedSolver = ["sorted-lp", "lp-swap"];

    [Fact]
    public void No_policy_ever_holds_more_than_there_is()
    {
        PolicyEntry<IBatchingPolicy>[] policies = [.. PolicyCatalog.Batching.Entries.Where(entry => !NeedSolver.Contains(entry.Name))];
        long target = TwinCases.AreMany ? LongSteps : UsualSteps;
        long steps = 0;
        long evictions = 0;
        int full = 0;
        for (ulong seed = 1; steps < target; seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("capacity");
            PolicyEntry<IBatchingPolicy> policy = policies[(int)(seed % (ulong)policies.Length)];
            ReplicaConfiguration configuration = Configuration(ref dice, policy);
            InferenceRequest[] requests = Traffic(ref dice, configuration);
            var ended = new List<RequestTimeline>();
            ReplicaEngine engine;
            try
            {
                engine = LeapingReplica.Drive(configuration, requests, ended, predict: request => Guess(request, seed), dice: dice);
            }
            catch (NoProgressException)
            {
                // Found to go round in circles, within its memory.
                continue;
            }

            Assert.True(engine.PeakKvBlocks <= engine.KvBlocksTotal, $"seed {seed}, {policy.Name}");
            Assert.Equal(requests.Length, ended.Count);
            steps += engine.Statistics.Steps;
            evictions += engine.Statistics.Preemptions;
            full += engine.PeakKvBlocks == engine.KvBlocksTotal ? 1 : 0;
        }

        Assert.True(evictions > 1000, $"{evictions} evictions");
        Assert.True(full > 10, $"memory was full in {full} runs");
    }

    private static ReplicaConfiguration Configuration(ref RandomStream dice, PolicyEntry<IBatchingPolicy> policy)
    {
        BatchingRules rules = policy.Create(PolicyArguments.Defaults).Plan(new EngineOverrides
        {
            MaxSequences = dice.NextBelow(3) == 0 ? 1 + (int)dice.NextBelow(20) : null,
            PrefixCaching = false,
        });
        int blockTokens = dice.NextBelow(2) == 0 ? 1 : 16;
        long blocks = (200 + dice.NextBelow(4000)) / blockTokens;
        return new ReplicaConfiguration(rules, blocks, blockTokens, new AffineStepTime(0.01, 1e-5, 1e-5, 1e-8)) { CountsNewToken = dice.NextBelow(2) == 0 };
    }

    private static InferenceRequest[] Traffic(ref RandomStream dice, ReplicaConfiguration configuration)
    {
        long capacity = configuration.KvBlocks * configuration.BlockTokens;
        long longest = Math.Max(2, capacity / (2 + dice.NextBelow(20)));
        long gap = 1 + dice.NextBelow(400_000_000);
        var requests = new InferenceRequest[100 + (int)dice.NextBelow(300)];
        long at = 0;
        for (int i = 0; i < requests.Length; i++)
        {
            at += dice.NextBelow(3) == 0 ? 0 : dice.NextBelow(gap);
            requests[i] = new(new RequestId(i), new Instant(at), 1 + (int)dice.NextBelow(longest), 1 + (int)dice.NextBelow(longest));
        }

        return requests;
    }

    private static LengthPrediction Guess(in InferenceRequest request, ulong seed)
    {
        RandomStream dice = new RandomTree(seed + (ulong)request.Id.Value).Stream("guess");
        int around = 1 + (int)(request.OutputTokens * (0.3 + (1.4 * dice.NextOpenUnit())));
        return new LengthPrediction(around, Math.Max(1, around / 2), around * 2);
    }
}
