using Plimsoll.Policies.Batching;

namespace Plimsoll.Policies.Tests.Batching;

/// <summary>What every batching policy in the catalogue must satisfy. Rules are made once a run, so they may allocate.</summary>
public sealed class BatchingConformanceTests
{
    public static TheoryData<string> Names => [.. PolicyCatalog.Batching.Entries.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Rules_make_sense_on_any_device(string name)
    {
        foreach (bool large in (bool[])[true, false])
        {
            BatchingRules rules = Plan(name, new EngineOverrides { LargeDevice = large });
            Assert.True(rules.MaxSequences >= 1 && rules.TokenBudget >= 1);
            Assert.True(rules.ChunkTokens >= 0 && (rules.ChunkedPrefill || rules.ChunkTokens == 0));
            Assert.InRange(rules.WatermarkFraction, 0, 1);
            Assert.InRange(rules.StepsInFlight, 1, 2);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Same_inputs_give_the_same_rules(string name)
    {
        BatchingRules rules = Plan(name, new EngineOverrides());
        BatchingRules again = Plan(name, new EngineOverrides());

        Assert.Equal(rules with { Backlog = null, Gate = null }, again with { Backlog = null, Gate = null });
        Assert.Equal((rules.Backlog is null, rules.Gate is null), (again.Backlog is null, again.Gate is null));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_user_wins(string name)
    {
        BatchingRules rules = Plan(name, new EngineOverrides
        {
            MaxSequences = 77,
            TokenBudget = 777,
            ChunkTokens = 7,
            PrefixCaching = true,
            Synchronous = false,
        });

        // Theory composes each step when the one before has ended.
        EvictionRules eviction = rules.Eviction;
        bool stepByStep = rules.LookAhead != AssumedLength.None || eviction.Victim >= EvictionVictim.SmallestBound || eviction.MakesWay
            || rules.Gate is not null;
        Assert.Equal((77, 777, true, stepByStep ? 1 : 2), (rules.MaxSequences, rules.TokenBudget, rules.PrefixCaching, rules.StepsInFlight));
        Assert.Equal(rules.ChunkedPrefill ? 7 : 0, rules.ChunkTokens);
        Assert.False(Plan(name, new EngineOverrides { PrefixCaching = false }).PrefixCaching);
        Assert.Equal(1, Plan(name, new EngineOverrides { Synchronous = true }).StepsInFlight);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_user_wins_over_options(string name)
    {
        string key = EntryOf(name).Options.Any(option => option.Name == "batch") ? "batch" : "sequences";
        PolicyChoice<IBatchingPolicy> choice = PolicyCatalog.Batching.Parse($"{name}:{key}=5", out _)!;

        Assert.Equal(5, choice.Create().Plan(new EngineOverrides()).MaxSequences);
        Assert.Equal(6, choice.Create().Plan(new EngineOverrides { MaxSequences = 6 }).MaxSequences);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Only_a_policy_that_declares_it_uses_the_true_output_length(string name) =>
        Assert.Equal(
            EntryOf(name).Signals.HasFlag(Signals.TrueOutputLength),
            Plan(name, new EngineOverrides()) is { Reservation: MemoryReservation.PromptAndOutput } or { KnowsLengths: true });

    private static BatchingRules Plan(string name, EngineOverrides overrides) =>
        EntryOf(name).Create(PolicyArguments.Defaults).Plan(overrides);

    private static PolicyEntry<IBatchingPolicy> EntryOf(string name) => PolicyCatalog.Batching.Entries.Single(entry => entry.Name == name);
}
