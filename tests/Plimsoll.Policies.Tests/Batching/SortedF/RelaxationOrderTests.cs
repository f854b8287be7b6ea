using Plimsoll.Policies.Batching.SortedF;

namespace Plimsoll.Policies.Tests.Batching.SortedF;

/// <summary>Sorted-LP and LP-swap with relaxations whose answers are known.</summary>
public sealed class RelaxationOrderTests
{
    private static readonly (int Prompt, int Output)[] Jobs = [(5, 9), (90, 40), (1, 3), (2, 3), (8, 1)];

    [Fact]
    public void Sorted_lp_goes_by_mean_start_then_output_then_arrival()
    {
        var latestPrompt = new FixedRelaxation(job => -job.PromptTokens / 100.0);
        var same = new FixedRelaxation(_ => 2.5);
        var noise = new FixedRelaxation(job => 2.5 + (1e-9 * job.PromptTokens));

        Assert.Equal([1, 4, 0, 3, 2], Backlogs.Arrange(new SortedLpOrder(latestPrompt), Jobs, 200));
        Assert.Equal([4, 2, 3, 0, 1], Backlogs.Arrange(new SortedLpOrder(same), Jobs, 200));
        Assert.Equal([4, 2, 3, 0, 1], Backlogs.Arrange(new SortedLpOrder(noise), Jobs, 200));
    }

    [Fact]
    public void Who_never_fits_is_not_asked_about_and_comes_last()
    {
        var relaxation = new FixedRelaxation(job => job.PromptTokens);

        Assert.Equal([2, 3, 0, 4, 1], Backlogs.Arrange(new SortedLpOrder(relaxation), Jobs, 100));
        Assert.Equal([(8, 1), (1, 3), (2, 3), (5, 9)], relaxation.Asked);
    }

    [Fact]
    public void Beyond_the_window_nobody_is_asked_about()
    {
        var relaxation = new FixedRelaxation(job => job.PromptTokens);

        Assert.Equal([2, 0, 1, 3, 4], Backlogs.Arrange(new SortedLpOrder(relaxation, windowRequests: 3), Jobs, 200));
        Assert.Equal(3, relaxation.Asked.Count);
    }

    [Fact]
    public void An_empty_backlog_asks_for_nothing()
    {
        Assert.Empty(Backlogs.Arrange(new SortedLpOrder(new FixedRelaxation(_ => 0, "never")), Backlogs.Of([]), 10));
        Assert.Equal([0], Backlogs.Arrange(new SortedFOrder(new RelaxationSelector(new FixedRelaxation(_ => 0, "never"))), [(50, 1)], 10));
    }

    [Fact]
    public void Without_exchanges_lp_swap_cuts_the_order_where_memory_ends()
    {
        (int, int)[] jobs = [(4, 1), (4, 2), (4, 3), (4, 4)];
        var selector = new RelaxationSelector(new FixedRelaxation(job => -job.OutputTokens / 10.0), maxRounds: 0);

        Assert.Equal([[2, 3], [0, 1]], Backlogs.Batches(selector, jobs, 15, BatchFeasibility.Peak).Select(batch => batch.Jobs));
    }

    [Fact]
    public void Exchanges_repair_a_bad_relaxation()
    {
        (int, int)[] jobs = [(4, 1), (4, 2), (4, 3), (4, 4)];
        var selector = new RelaxationSelector(new FixedRelaxation(job => -job.OutputTokens / 10.0));

        Assert.Equal([[0, 1], [2, 3]], Backlogs.Batches(selector, jobs, 15, BatchFeasibility.Peak).Select(batch => batch.Jobs));
    }

    [Fact]
    public void A_refusal_is_heard()
    {
        var refusing = new FixedRelaxation(_ => 0, "there is no solver");

        RelaxationRefusedException sorted = Assert.Throws<RelaxationRefusedException>(
            () => Backlogs.Arrange(new SortedLpOrder(refusing), Jobs, 200));
        RelaxationRefusedException swapped = Assert.Throws<RelaxationRefusedException>(
            () => Backlogs.Arrange(new SortedFOrder(new RelaxationSelector(refusing)), Jobs, 200));

        Assert.Equal("there is no solver", sorted.Reason);
        Assert.Equal("there is no solver", swapped.Reason);
        Assert.Contains("5 waiting requests", sorted.Message, StringComparison.Ordinal);
    }
}
