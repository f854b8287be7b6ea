using Plimsoll.Core;
using Plimsoll.Policies.Batching.SortedF;
using Plimsoll.Testing;

namespace Plimsoll.Policies.Tests.Batching.SortedF;

/// <summary>Selectors against the best of all subsets, and what every one of them must keep.</summary>
public sealed class SelectorTests
{
    public static TheoryData<string, BatchFeasibility> Cases
    {
        get
        {
            var cases = new TheoryData<string, BatchFeasibility>();
            foreach (string name in SelectorCases.Names)
            {
                cases.Add(name, BatchFeasibility.Peak);
                cases.Add(name, BatchFeasibility.Exact);
            }

            return cases;
        }
    }

    [Theory]
    [InlineData(BatchFeasibility.Peak)]
    [InlineData(BatchFeasibility.Exact)]
    public void The_dynamic_program_finds_the_best_of_all_subsets(BatchFeasibility feasibility)
    {
        var selector = new DynamicProgramSelector();
        for (ulong seed = 0; seed < TwinCases.Count(300); seed++)
        {
            ((int, int)[] jobs, long capacity) = Case(seed, 9);

            IEnumerable<int[]> batches = Backlogs.Batches(selector, jobs, capacity, feasibility).Select(batch => batch.Jobs);

            Assert.True(
                NaiveSelection.Batches(jobs, capacity, feasibility).SelectMany(batch => batch.Append(-1))
                    .SequenceEqual(batches.SelectMany(batch => batch.Append(-1))),
                $"seed {seed}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Nobody_beats_the_dynamic_program_and_all_is_feasible(string name, BatchFeasibility feasibility)
    {
        IBatchSelector selector = SelectorCases.Create(name);
        var backlog = new RankedBacklog();
        var batch = new CandidateBatch();
        var best = new CandidateBatch();
        for (ulong seed = 0; seed < TwinCases.Count(200); seed++)
        {
            ((int, int)[] jobs, long capacity) = Case(seed, 40);
            backlog.Load(Backlogs.Of(jobs), capacity, feasibility);
            selector.Begin(backlog);
            while (backlog.Remaining.Length > 0)
            {
                batch.Start(backlog);
                selector.Choose(backlog, batch);
                var exact = new DynamicProgramSelector();
                exact.Begin(backlog);
                best.Start(backlog);
                exact.Choose(backlog, best);

                Assert.False(batch.Score.IsBetterThan(best.Score), $"seed {seed}: {batch.Score} beats {best.Score}");
                int[] chosen = [.. batch.Members.ToArray().Select(backlog.Position)];
                Assert.True(NaiveSelection.Fits(jobs, chosen, capacity, feasibility), $"seed {seed}");
                Assert.All(batch.Members.ToArray(), rank => Assert.True(backlog.Waits(rank), $"seed {seed}"));
                backlog.Take(batch.Members);
            }
        }
    }

    [Theory]
    [InlineData(BatchFeasibility.Peak)]
    [InlineData(BatchFeasibility.Exact)]
    public void Exchanges_and_a_coarse_program_lose_nothing_against_the_greedy(BatchFeasibility feasibility)
    {
        foreach (string name in (string[])["swap", "coarse dynamic program"])
        {
            IBatchSelector selector = SelectorCases.Create(name);
            for (ulong seed = 0; seed < TwinCases.Count(200); seed++)
            {
                ((int, int)[] jobs, long capacity) = Case(seed, 60);

                BatchScore greedy = Backlogs.Batches(new LambdaGreedySelector(), jobs, capacity, feasibility)[0].Score;
                BatchScore first = Backlogs.Batches(selector, jobs, capacity, feasibility)[0].Score;

                Assert.False(greedy.IsBetterThan(first), $"{name}, seed {seed}: {greedy} beats {first}");
            }
        }
    }

    [Fact]
    public void Exchanges_find_what_the_greedy_misses()
    {
        int better = 0;
        for (ulong seed = 0; seed < 200; seed++)
        {
            ((int, int)[] jobs, long capacity) = Case(seed, 60);
            BatchScore greedy = Backlogs.Batches(new LambdaGreedySelector(), jobs, capacity, BatchFeasibility.Exact)[0].Score;
            better += Backlogs.Batches(new SwapSelector(), jobs, capacity, BatchFeasibility.Exact)[0].Score.IsBetterThan(greedy) ? 1 : 0;
        }

        Assert.True(better > 0);
    }

    [Fact]
    public void Among_equal_F_more_requests_then_fewer_prompt_tokens_then_earlier_ranks()
    {
        // A one alone and a one with a three have F = 1; both ones together do not fit.
        (int, int)[] jobs = [(3, 3), (1, 3), (4, 1), (4, 1)];
        Assert.Equal([2, 1], Backlogs.Batches(new DynamicProgramSelector(), jobs, 9, BatchFeasibility.Peak)[0].Jobs);
        Assert.Equal([0], Backlogs.Batches(new DynamicProgramSelector(), [(3, 2), (3, 2)], 5, BatchFeasibility.Peak)[0].Jobs);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void With_unlimited_memory_and_similar_lengths_there_is_one_batch(string name, BatchFeasibility feasibility)
    {
        (int, int)[] jobs = [(900, 12), (1, 10), (50, 15), (7, 10), (3, 19)];
        List<(int[] Jobs, BatchScore Score)> batches = Backlogs.Batches(SelectorCases.Create(name), jobs, long.MaxValue, feasibility);

        Assert.Equal([[1, 3, 0, 2, 4]], batches.Select(batch => batch.Jobs));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_selector_forgets_the_backlog_before(string name, BatchFeasibility feasibility)
    {
        IBatchSelector used = SelectorCases.Create(name);
        for (ulong seed = 0; seed < 50; seed++)
        {
            ((int, int)[] jobs, long capacity) = Case(seed, 50);
            Assert.Equal(
                Backlogs.Batches(SelectorCases.Create(name), jobs, capacity, feasibility).Select(batch => batch.Jobs),
                Backlogs.Batches(used, jobs, capacity, feasibility).Select(batch => batch.Jobs));
        }
    }

    private static ((int Prompt, int Output)[] Jobs, long Capacity) Case(ulong seed, int mostJobs)
    {
        RandomStream random = new(seed);
        int longest = 2 + (int)random.NextBelow(18);
        (int, int)[] jobs = Backlogs.Random(ref random, 1 + (int)random.NextBelow(mostJobs), longest);
        return (jobs, (2 * longest) + random.NextBelow(5 * longest));
    }
}
