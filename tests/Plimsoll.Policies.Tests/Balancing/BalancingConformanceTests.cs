using Plimsoll.Core;
using Plimsoll.Policies.Balancing;
using Plimsoll.Testing;

namespace Plimsoll.Policies.Tests.Balancing;

/// <summary>What every balancing policy in the catalogue must satisfy.</summary>
public sealed class BalancingConformanceTests
{
    public static TheoryData<string> Names => [.. PolicyCatalog.Balancing.Entries.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Free_slots_are_filled_as_long_as_somebody_waits_and_each_request_is_placed_once(string name) => ForAny(name, (policy, group, seed) =>
    {
        Placement[] placements = group.Ask(policy, seed);
        Assert.Equal(Math.Min(group.Waiting.Length, group.FreeSlots), placements.Length);
        Assert.Distinct(placements.Select(placement => placement.Waiting));
        Assert.All(placements, placement => Assert.InRange(placement.Waiting, 0, group.Waiting.Length - 1));
        Assert.All(
            placements.GroupBy(placement => placement.Worker),
            own => Assert.InRange(own.Count(), 1, group.Workers[own.Key].FreeSlots));
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void Same_inputs_and_dice_give_the_same_placements(string name) => ForAny(name, (policy, group, seed) =>
        Assert.Equal(group.Ask(Create(name), seed), group.Ask(Create(name), seed)));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_order_within_a_worker_does_not_matter(string name) => ForAny(name, (policy, group, seed) =>
    {
        RandomStream dice = Dice.Seeded(seed);
        Assert.Equal(group.Ask(Create(name), seed), group.Shuffled(ref dice).Ask(Create(name), seed));
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void Undeclared_signals_do_not_matter(string name)
    {
        Signals declared = EntryOf(name).Signals;
        ForAny(name, (policy, group, seed) =>
            Assert.Equal(group.Ask(Create(name), seed), Scrambled(group, ~declared, seed).Ask(Create(name), seed)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Declared_signals_matter(string name)
    {
        foreach (Signals signal in (Signals[])[Signals.Queue, Signals.Tokens, Signals.PredictedLength])
        {
            bool matters = false;
            ForAny(name, (policy, group, seed) =>
                matters |= !group.Ask(Create(name), seed).SequenceEqual(Scrambled(group, signal, seed).Ask(Create(name), seed)));
            Assert.Equal(EntryOf(name).Signals.HasFlag(signal), matters);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_decision_allocates_nothing(string name)
    {
        RandomStream dice = Dice.Seeded(1);
        Group group = Group.Any(4, 5, 12, 3000, ref dice);
        IBalancingPolicy policy = Create(name);
        Placements placements = new();
        Allocations.Expect(0, () =>
        {
            RandomStream random = new(5);
            placements.Clear();
            policy.Learn(100, 50);
            policy.Assign(group.View, placements, ref random);
        });
    }

    private static void ForAny(string name, Action<IBalancingPolicy, Group, ulong> check)
    {
        IBalancingPolicy policy = Create(name);
        for (ulong seed = 0; seed < TwinCases.Count(100); seed++)
        {
            RandomStream dice = Dice.Seeded(seed);
            int workers = 1 + (int)dice.NextBelow(5);
            Group group = Group.Any(workers, 1 + (int)dice.NextBelow(6), (int)dice.NextBelow(15), 3000, ref dice);
            check(policy, group, seed);
        }
    }

    // Other numbers in everything that belongs to these signals. How many requests a worker has stays: the view's shape depends on it.
    private static Group Scrambled(Group group, Signals signals, ulong seed)
    {
        RandomStream dice = Dice.Seeded(seed + 1_000_000);
        var workers = (WorkerView[])group.Workers.Clone();
        var placed = (PlacedRequest[])group.Placed.Clone();
        var waiting = (WaitingRequest[])group.Waiting.Clone();
        if (signals.HasFlag(Signals.Queue))
        {
            for (int i = workers.Length - 1; i > 0; i--)
            {
                int j = (int)dice.NextBelow(i + 1);
                (workers[i].FreeSlots, workers[j].FreeSlots) = (workers[j].FreeSlots, workers[i].FreeSlots);
            }
        }

        if (signals.HasFlag(Signals.Tokens))
        {
            int next = 0;
            foreach (ref WorkerView worker in workers.AsSpan())
            {
                worker.LoadTokens = 0;
                for (int i = 0; i < worker.Requests; i++)
                {
                    placed[next] = placed[next] with { PromptTokens = 1 + (int)dice.NextBelow(5000) };
                    worker.LoadTokens += placed[next++].HeldTokens;
                }
            }

            for (int i = 0; i < waiting.Length; i++)
            {
                waiting[i] = waiting[i] with { PromptTokens = 1 + (int)dice.NextBelow(5000) };
            }
        }

        if (signals.HasFlag(Signals.PredictedLength))
        {
            for (int i = 0; i < placed.Length; i++)
            {
                placed[i] = placed[i] with { PredictedOutputTokens = (int)dice.NextBelow(60) };
            }

            for (int i = 0; i < waiting.Length; i++)
            {
                waiting[i] = waiting[i] with { PredictedOutputTokens = (int)dice.NextBelow(60) };
            }
        }

        return new Group(workers, placed, waiting);
    }

    private static IBalancingPolicy Create(string name)
    {
        IBalancingPolicy policy = EntryOf(name).Create(PolicyArguments.Defaults);
        policy.Equip(new GreedyPlacement());
        return policy;
    }

    private static PolicyEntry<IBalancingPolicy> EntryOf(string name) => PolicyCatalog.Balancing.Entries.Single(entry => entry.Name == name);
}
