using Plimsoll.Core;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Batching.SortedF;
using Plimsoll.Testing;

namespace Plimsoll.Policies.Tests.Batching.SortedF;

/// <summary>The order around the batches: everybody once, ties, windows, and those that never fit.</summary>
public sealed class SortedFOrderTests
{
    public static TheoryData<string> Selectors => [.. SelectorCases.Names];

    [Theory]
    [MemberData(nameof(Selectors))]
    public void Everybody_is_served_once(string selector)
    {
        foreach (BatchFeasibility feasibility in Enum.GetValues<BatchFeasibility>())
        {
            var order = new SortedFOrder(SelectorCases.Create(selector), feasibility);
            for (ulong seed = 0; seed < TwinCases.Count(100); seed++)
            {
                RandomStream random = new(seed);
                (int, int)[] jobs = Backlogs.Random(ref random, (int)random.NextBelow(80), 30);
                int[] arranged = Backlogs.Arrange(order, jobs, 1 + random.NextBelow(150)); // some fit nowhere
                Assert.True(Enumerable.Range(0, jobs.Length).SequenceEqual(arranged.Order()), $"seed {seed}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Selectors))]
    public void Equal_requests_go_by_arrival(string selector) =>
        Assert.Equal(
            Enumerable.Range(0, 30),
            Backlogs.Arrange(new SortedFOrder(SelectorCases.Create(selector)), [.. Enumerable.Repeat((4, 3), 30)], 25));

    [Theory]
    [MemberData(nameof(Selectors))]
    public void With_unlimited_memory_the_shortest_go_first(string selector)
    {
        RandomStream random = new(3);
        (int Prompt, int Output)[] jobs = Backlogs.Random(ref random, 200, 5000);

        int[] arranged = Backlogs.Arrange(new SortedFOrder(SelectorCases.Create(selector)), jobs, long.MaxValue);

        Assert.Equal(Enumerable.Range(0, jobs.Length).OrderBy(job => jobs[job].Output).ThenBy(job => job), arranged);
    }

    [Fact]
    public void Those_that_never_fit_come_last_by_output() =>
        Assert.Equal([1, 3, 2, 0], Backlogs.Arrange(new SortedFOrder(new LambdaGreedySelector()), [(50, 9), (2, 8), (70, 4), (3, 9)], 20));

    [Fact]
    public void Beyond_the_window_requests_go_by_arrival()
    {
        (int, int)[] jobs = [(1, 9), (1, 3), (1, 1), (1, 2), (1, 1)];

        Assert.Equal([1, 0, 2, 3, 4], Backlogs.Arrange(new SortedFOrder(new LambdaGreedySelector(), windowRequests: 2), jobs, 100));
        Assert.Equal([2, 4, 3, 1, 0], Backlogs.Arrange(new SortedFOrder(new LambdaGreedySelector(), windowRequests: 5), jobs, 100));
        Assert.Equal([2, 4, 3, 1, 0], Backlogs.Arrange(new SortedFOrder(new LambdaGreedySelector(), windowRequests: 9), jobs, 100));
    }

    [Fact]
    public void A_lower_bound_above_the_prediction_counts()
    {
        QueuedRequest[] waiting = Backlogs.Of([(1, 5), (1, 6)]);
        waiting[0] = waiting[0] with { LowerBound = 9 }; // was evicted after nine tokens

        Assert.Equal([1, 0], Backlogs.Arrange(new SortedFOrder(new LambdaGreedySelector()), waiting, 100));
    }

    [Fact]
    public void Without_a_prediction_a_request_counts_as_one_token()
    {
        QueuedRequest[] waiting = Backlogs.Of([(1, 2), (1, 5)]);
        waiting[1] = waiting[1] with { Prediction = LengthPrediction.None, LowerBound = 0 };

        Assert.Equal([1, 0], Backlogs.Arrange(new SortedFOrder(new LambdaGreedySelector()), waiting, 100));
    }

    [Fact]
    public void The_longest_lengths_overflow_nothing()
    {
        (int, int)[] jobs = [.. Enumerable.Repeat((int.MaxValue, int.MaxValue), 4), (1, 1)];
        foreach (string selector in SelectorCases.Names)
        {
            foreach (BatchFeasibility feasibility in Enum.GetValues<BatchFeasibility>())
            {
                var order = new SortedFOrder(SelectorCases.Create(selector), feasibility);
                Assert.Equal([4, .. Enumerable.Range(0, 4)], Backlogs.Arrange(order, jobs, 3L * int.MaxValue));
                Assert.Equal([4, .. Enumerable.Range(0, 4)], Backlogs.Arrange(order, jobs, long.MaxValue));
            }
        }
    }

    [Theory]
    [InlineData("lambda")]
    [InlineData("quantile")]
    [InlineData("swap")]
    [InlineData("coarse dynamic program")]
    public void Once_warm_it_allocates_nothing(string selector)
    {
        RandomStream random = new(8);
        QueuedRequest[] waiting = Backlogs.Of(Backlogs.Random(ref random, 20, 30));
        int[] arranged = new int[waiting.Length];
        var order = new SortedFOrder(SelectorCases.Create(selector), BatchFeasibility.Exact);

        Allocations.Expect(0, () => order.Arrange(waiting, 100, arranged));
    }
}
