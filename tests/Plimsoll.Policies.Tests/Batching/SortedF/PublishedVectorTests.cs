using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Batching.Orders;
using Plimsoll.Policies.Batching.SortedF;
using Plimsoll.Testing;

namespace Plimsoll.Policies.Tests.Batching.SortedF;

/// <summary>The vectors of scheduling theory, sections 4.5 and 5.3: batches, F, order and total latency.</summary>
public sealed class PublishedVectorTests
{
    private const long Capacity = 12;

    public static TheoryData<string> Selectors => [.. SelectorCases.Names];

    [Theory]
    [MemberData(nameof(Selectors))]
    public void Batches_by_their_peaks(string selector)
    {
        List<(int[] Jobs, BatchScore Score)> batches = Backlogs.Batches(
            SelectorCases.Create(selector), Backlogs.Published, Capacity, BatchFeasibility.Peak);

        Assert.Equal([[3, 1], [0, 2], [5, 4]], batches.Select(batch => batch.Jobs));
        Assert.Equal([1.0, 1.25, 2.25], batches.Select(batch => batch.Score.F));
    }

    [Theory]
    [InlineData("dynamic program")]
    [InlineData("swap")]
    public void Batches_by_the_look_ahead(string selector)
    {
        List<(int[] Jobs, BatchScore Score)> batches = Backlogs.Batches(
            SelectorCases.Create(selector), Backlogs.Published, Capacity, BatchFeasibility.Exact);

        Assert.Equal([[3, 0], [1, 2, 5], [4]], batches.Select(batch => batch.Jobs));
        Assert.Equal([0.75, 10 / 9.0, 5.0], batches.Select(batch => batch.Score.F));
    }

    [Theory]
    [InlineData(BatchFeasibility.Peak, new[] { 3, 1, 0, 2, 5, 4 }, 27)]
    [InlineData(BatchFeasibility.Exact, new[] { 3, 0, 1, 2, 5, 4 }, 25)]
    public void Order_and_total_latency(BatchFeasibility feasibility, int[] order, long totalLatency)
    {
        int[] arranged = Backlogs.Arrange(new SortedFOrder(new DynamicProgramSelector(), feasibility), Backlogs.Published, Capacity);

        Assert.Equal(order, arranged);
        Assert.Equal(totalLatency, new LookAheadRounds(Backlogs.Published, Capacity).TotalLatency(arranged));
    }

    [Fact]
    public void Total_latencies_of_the_simple_orders()
    {
        Assert.Equal([3, 0, 1, 2, 5, 4], Sorted(new ByPredictedLength()));
        Assert.Equal(27, TotalLatency(new ByArrival()));
        Assert.Equal(25, TotalLatency(new ByPredictedLength()));
        Assert.Equal(28, TotalLatency(new ByVolume()));
    }

    [Fact]
    public void Starts_of_the_published_optimum()
    {
        // As a priority list the published starts 3:0, 0:0, 1:1, 2:1, 5:1, 4:4 come out again.
        Assert.Equal([0, 1, 1, 0, 4, 1], new LookAheadRounds(Backlogs.Published, Capacity).Starts([3, 0, 1, 2, 5, 4]));
    }

    [Fact]
    public void Hindsight_shortest_first_of_equal_prompts()
    {
        (int, int)[] jobs = [(2, 3), (2, 1), (2, 6), (2, 2), (2, 5), (2, 4)];
        var rounds = new LookAheadRounds(jobs, 14);

        Assert.Equal([0, 0, 3, 0, 2, 0], rounds.Starts([1, 3, 0, 5, 4, 2]));
        Assert.Equal(26, rounds.TotalLatency([1, 3, 0, 5, 4, 2]));
    }

    private static long TotalLatency(IQueueOrder order) => new LookAheadRounds(Backlogs.Published, Capacity).TotalLatency(Sorted(order));

    private static int[] Sorted(IQueueOrder order)
    {
        QueuedRequest[] waiting = Backlogs.Of(Backlogs.Published);
        return [.. Enumerable.Range(0, waiting.Length).OrderBy(i => order.Key(waiting[i])).ThenBy(i => i)];
    }
}
