using Plimsoll.Core;
using Plimsoll.Policies.Balancing;
using Plimsoll.Testing;

namespace Plimsoll.Policies.Tests.Balancing;

/// <summary>Hand-made groups, where each request goes, and why.</summary>
public sealed class SimpleBalancingTests
{
    [Fact]
    public void Fcfs_fills_the_first_worker_first() =>
        Assert.Equal([0, 0, 1, 1, 2], Workers(new FcfsFill(), Group.Of([9, 9, 9], 2, 1, 1, 1, 1, 1)));

    [Fact]
    public void Round_robin_goes_on_where_it_was()
    {
        RoundRobinSlots policy = new(restart: false);
        Assert.Equal([0, 1], Workers(policy, Group.Of([9, 9, 9], 1, 1, 1)));
        Assert.Equal([2, 0], Workers(policy, Group.Of([9, 9, 9], 1, 1, 1)));
    }

    [Fact]
    public void Round_robin_as_published_starts_again()
    {
        RoundRobinSlots policy = new(restart: true);
        Assert.Equal([0, 1], Workers(policy, Group.Of([9, 9, 9], 1, 1, 1)));
        Assert.Equal([0, 1], Workers(policy, Group.Of([9, 9, 9], 1, 1, 1)));
    }

    [Fact]
    public void Round_robin_passes_full_workers_over()
    {
        Group group = Group.Of([9, 9, 9], 2, 1, 1, 1, 1);
        group.Workers[0].FreeSlots = 0;
        group.Workers[2].FreeSlots = 1;
        Assert.Equal([1, 2, 1], Workers(new RoundRobinSlots(restart: false), group));
    }

    [Fact]
    public void Fewest_tokens_counts_what_it_has_just_placed() =>
        Assert.Equal([1, 2, 1, 0], Workers(new FewestTokens(), Group.Of([100, 60, 70], 4, 20, 40, 30, 1)));

    [Fact]
    public void Fewest_requests_does_not_look_at_tokens()
    {
        Group group = Group.Of([1, 1, 900], 2, 5, 5, 5);
        group.Workers[0].Requests = 4;
        group.Workers[1].Requests = 2;
        Assert.Equal([2, 1, 2], Workers(new FewestRequests(), group));
    }

    [Fact]
    public void Vllm_weighs_one_waiting_as_four_running()
    {
        Group group = Group.Of([1, 1], 9, 5, 5, 5);
        group.Workers[0] = group.Workers[0] with { Requests = 6, WaitingRequests = 0 };
        group.Workers[1] = group.Workers[1] with { Requests = 2, WaitingRequests = 1 }; // 4 · 1 + 1
        Assert.Equal([1, 0, 1], Workers(new VllmDataParallel(), group)); // 5 < 6, 9 > 6, 9 < 10
    }

    [Fact]
    public void Two_choices_compares_the_two_drawn()
    {
        // First below 4, second below 3 of the others.
        Assert.Equal(2, Two([5, 0, 3, 0], 0, 1));
        Assert.Equal(1, Two([5, 0, 3, 0], 2, 1));
        Assert.Equal(0, Two([7, 7, 7, 7], 3, 0)); // a tie: the lower number
    }

    [Fact]
    public void Random_reaches_every_open_worker()
    {
        RandomStream dice = Dice.Seeded(3);
        Group group = Group.Of([1, 1, 1], 100_000, [.. Enumerable.Repeat(1, 30_000)]);
        group.Workers[1].FreeSlots = 0;
        int first = Workers(new RandomSlots(), group).Count(worker => worker == 0);
        Assert.InRange(first, 14_600, 15_400); // ± 4.6 standard deviations, one fixed seed
    }

    private static int Two(long[] loads, long first, long second)
    {
        Placements placements = new();
        RandomStream random = Dice.Showing((4, first), (3, second));
        new TwoChoicesByTokens().Assign(Group.Of(loads, 1, 1).View, placements, ref random);
        return placements.All[0].Worker;
    }

    private static int[] Workers(IBalancingPolicy policy, Group group)
    {
        Placement[] placements = group.Ask(policy);
        Assert.Equal(Enumerable.Range(0, placements.Length), placements.Select(placement => placement.Waiting));
        return [.. placements.Select(placement => placement.Worker)];
    }
}
