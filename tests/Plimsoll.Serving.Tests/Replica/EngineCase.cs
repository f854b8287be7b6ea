using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Serving.Tests.Replica;

/// <summary>Engines for hand-made cases: a step takes a second, a block has sixteen tokens.</summary>
internal static class EngineCase
{
    public const int BlockTokens = 16;

    public static ReplicaConfiguration Of(BatchingRules rules, long kvBlocks = 10_000, IStepTimeModel? stepTime = null) =>
        new(rules, kvBlocks, BlockTokens, stepTime ?? new AffineStepTime(1.0));

    public static BatchingRules Rules(int stepsInFlight = 1) => new()
    {
        MaxSequences = 64,
        TokenBudget = 2048,
        StepsInFlight = stepsInFlight,
    };

    /// <summary>The rules a policy of the catalogue asks for.</summary>
    public static BatchingRules Policy(string text, EngineOverrides? overrides = null)
    {
        PolicyChoice<IBatchingPolicy>? choice = PolicyCatalog.Batching.Parse(text, out IReadOnlyList<string> problems);
        Assert.True(choice is not null, string.Join("; ", problems));
        return choice.Create().Plan(overrides ?? new EngineOverrides());
    }

    /// <summary>A request whose prompt begins with so many blocks of the same content as everybody else's in the family.</summary>
    public static InferenceRequest Sharing(long id, double arrivalSeconds, int promptTokens, int outputTokens, ulong family = 0) =>
        new(new RequestId(id), Instant.FromSeconds(arrivalSeconds), promptTokens, outputTokens, Prefix(promptTokens, family));

    public static RequestDetails Prefix(int tokens, ulong family = 0) => new()
    {
        PrefixHashArray = [.. Enumerable.Range(0, tokens / BlockTokens).Select(i => StableHash.Combine(family, (ulong)i))],
        BlockTokens = BlockTokens,
    };
}
