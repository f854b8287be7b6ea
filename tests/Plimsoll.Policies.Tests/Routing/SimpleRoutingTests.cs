using Plimsoll.Core;
using Plimsoll.Policies.Routing;
using Plimsoll.Testing;

namespace Plimsoll.Policies.Tests.Routing;

/// <summary>Hand-made fleets, the expected choice, and why.</summary>
public sealed class SimpleRoutingTests
{
    [Fact]
    public void Round_robin_takes_turns_and_starts_again() =>
        Assert.Equal([0, 1, 2, 0, 1], Choices(new RoundRobin(), Fleet.Idle(3), 5));

    [Fact]
    public void Round_robin_goes_on_after_a_replica_that_left()
    {
        RoundRobin policy = new();
        Choices(policy, Fleet.Idle(4), 2); // last was replica 1
        ReplicaView[] without = [.. Fleet.Idle(4).Where(replica => replica.Id.Value != 1)];

        Assert.Equal(2, without[Choose(policy, without)].Id.Value); // not 3, which a cursor by position would take
    }

    [Fact]
    public void Round_robin_reaches_a_replica_that_joined()
    {
        RoundRobin policy = new();
        Choices(policy, Fleet.Idle(2), 2);

        Assert.Equal([2, 0, 1, 2], Choices(policy, Fleet.Idle(3), 4));
    }

    [Fact]
    public void Random_reaches_every_replica_about_equally()
    {
        int[] counts = new int[5];
        foreach (int index in Choices(new UniformRandom(), Fleet.Idle(5), 50_000))
        {
            counts[index]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400)); // ± 4.5 standard deviations, one fixed seed
    }

    [Theory]
    [InlineData(new[] { 3, 1, 2 }, 1)] // fewest
    [InlineData(new[] { 2, 1, 1 }, 1)] // a tie goes to the lowest id
    [InlineData(new[] { 4, 4, 4 }, 0)] // all equal
    public void Least_requests_takes_the_fewest(int[] requests, int expected) =>
        Assert.Equal(expected, Choose(new LeastRequests(), Fleet.Of(requests)));

    [Fact]
    public void Least_requests_counts_what_waits_and_what_was_sent_since_the_report()
    {
        ReplicaView[] replicas = Fleet.Of(1, 1, 2);
        replicas[0].WaitingRequests = 2;
        replicas[1].SentSinceReport = 3;

        Assert.Equal(2, Choose(new LeastRequests(), replicas));
    }

    [Fact]
    public void Least_tokens_looks_at_work_and_not_at_requests() =>
        Assert.Equal(1, Choose(new LeastTokens(), Fleet.Of(1, 9, 1).WithTokens(500, 400, 400)));

    [Theory]
    [InlineData(50, 100, 60, 200, 1)] // 50 % against 30 %, although more blocks are used
    [InlineData(1, 3, 2, 6, 0)] // equal shares, compared exactly: fewer tokens in flight
    [InlineData(10, 100, 90, 0, 0)] // one is unlimited: all by tokens in flight
    [InlineData(90, 100, 10, 100, 1)] // memory decides before tokens
    public void Least_kv_takes_the_smallest_share(long usedA, long totalA, long usedB, long totalB, int expected) =>
        Assert.Equal(
            expected,
            Choose(new LeastKv(), Fleet.Idle(2).WithTokens(100, 200).WithKv((usedA, totalA), (usedB, totalB))));

    [Fact]
    public void Least_kv_does_not_overflow() =>
        Assert.Equal(1, Choose(new LeastKv(), Fleet.Idle(2).WithKv((long.MaxValue, long.MaxValue), (long.MaxValue - 1, long.MaxValue))));

    [Fact]
    public void Power_of_two_compares_the_two_drawn()
    {
        // Floyd's sample of 2 from 4: the first draw is below 3, the second below 4. The two idle replicas are not drawn.
        RandomStream random = Dice.Showing((3, 2), (4, 0));

        Assert.Equal(0, new PowerOfTwoChoices(2).Choose(Requests.Arriving(), Fleet.Of(5, 0, 9, 0), ref random));
    }

    [Fact]
    public void Power_of_two_gives_a_tie_to_the_lower_id()
    {
        RandomStream random = Dice.Showing((3, 2), (4, 1));

        Assert.Equal(1, new PowerOfTwoChoices(2).Choose(Requests.Arriving(), Fleet.Of(7, 7, 7, 7), ref random));
    }

    [Fact]
    public void Power_of_two_draws_two_different_replicas()
    {
        RandomStream random = Dice.Showing((3, 2), (4, 2)); // 2 again: Floyd takes the last, 3, instead

        Assert.Equal(3, new PowerOfTwoChoices(2).Choose(Requests.Arriving(), Fleet.Of(0, 0, 5, 4), ref random));
    }

    [Fact]
    public void Power_of_two_draws_every_pair_equally_often()
    {
        // The winner is the smaller index of the pair: 0 wins 3 of the 6 pairs of four replicas, 1 wins 2, 2 wins 1.
        int[] wins = new int[4];
        foreach (int index in Choices(new PowerOfTwoChoices(2), Fleet.Of(0, 1, 2, 3), 60_000))
        {
            wins[index]++;
        }

        Assert.InRange(wins[0], 29_500, 30_500);
        Assert.InRange(wins[1], 19_500, 20_500);
        Assert.InRange(wins[2], 9_500, 10_500);
        Assert.Equal(0, wins[3]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void More_choices_than_replicas_look_at_all(int count)
    {
        ReplicaView[] replicas = Fleet.Of([.. Enumerable.Range(0, count).Select(i => count - i)]);

        Assert.All(Choices(new PowerOfTwoChoices(5), replicas, 50), index => Assert.Equal(count - 1, index));
    }

    private static int Choose(IRoutingPolicy policy, ReplicaView[] replicas)
    {
        RandomStream random = Dice.Seeded(1);
        return policy.Choose(Requests.Arriving(), replicas, ref random);
    }

    private static int[] Choices(IRoutingPolicy policy, ReplicaView[] replicas, int times)
    {
        RandomStream random = Dice.Seeded(1);
        int[] choices = new int[times];
        for (int i = 0; i < times; i++)
        {
            choices[i] = policy.Choose(Requests.Arriving(), replicas, ref random);
        }

        return choices;
    }
}
