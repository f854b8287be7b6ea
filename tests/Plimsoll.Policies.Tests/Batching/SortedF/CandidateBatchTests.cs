using Plimsoll.Core;
using Plimsoll.Policies.Batching.SortedF;
using Plimsoll.Testing;

namespace Plimsoll.Policies.Tests.Batching.SortedF;

/// <summary>A batch that grows and shrinks at random, against sums over its members.</summary>
public sealed class CandidateBatchTests
{
    [Theory]
    [InlineData(BatchFeasibility.Peak)]
    [InlineData(BatchFeasibility.Exact)]
    public void Growing_and_shrinking_it_always_knows_who_fits(BatchFeasibility feasibility)
    {
        var backlog = new RankedBacklog();
        var batch = new CandidateBatch();
        for (ulong seed = 0; seed < TwinCases.Count(100); seed++)
        {
            RandomStream random = new(seed);
            (int Prompt, int Output)[] jobs = Backlogs.Random(ref random, 15, 10);
            long capacity = 20 + random.NextBelow(60);
            backlog.Load(Backlogs.Of(jobs), capacity, feasibility);
            batch.Start(backlog);
            var naive = new SortedSet<int>();
            for (int change = 0; change < 60; change++)
            {
                int rank = (int)random.NextBelow(jobs.Length);
                Assert.Equal(naive.Contains(rank), batch.Contains(rank));
                if (naive.Remove(rank))
                {
                    batch.Remove(rank);
                }
                else
                {
                    int[] with = [.. naive.Append(rank).Select(backlog.Position)];
                    bool fits = NaiveSelection.Fits(jobs, with, capacity, feasibility);
                    Assert.True(fits == batch.Fits(rank), $"seed {seed}, change {change}");
                    if (fits)
                    {
                        naive.Add(rank);
                        batch.Add(rank);
                    }
                }

                Assert.Equal(naive, batch.Members.ToArray());
                Assert.Equal(naive.Sum(member => jobs[backlog.Position(member)].Output), batch.OutputTokens);
                Assert.Equal(naive.Sum(member => jobs[backlog.Position(member)].Prompt), batch.PromptTokens);
            }
        }
    }

    [Fact]
    public void Members_are_sorted_however_large_it_grows()
    {
        const int Requests = 5000;
        RandomStream random = new(1);
        var backlog = new RankedBacklog();
        var batch = new CandidateBatch();
        backlog.Load(Backlogs.Of(Backlogs.Random(ref random, Requests, 1000)), long.MaxValue, BatchFeasibility.Peak);
        batch.Start(backlog);
        for (int i = 0; i < Requests; i++)
        {
            batch.Add((int)(i * 1237L % Requests)); // coprime, so each rank once
        }

        Assert.Equal(Enumerable.Range(0, Requests), batch.Members.ToArray());
    }

    [Theory]
    [InlineData(2, 6, 3, true)] // 6/4 = 1.5 against (6 + 3)/9 = 1
    [InlineData(1, 2, 6, true)] // 2 against 8/4 = 2
    [InlineData(1, 2, 7, false)]
    public void F_may_stay_but_not_rise(int count, int outputs, int joining, bool keeps)
    {
        var backlog = new RankedBacklog();
        var batch = new CandidateBatch();
        backlog.Load(Backlogs.Of([.. Enumerable.Repeat((1, outputs / count), count), (1, joining)]), 100, BatchFeasibility.Peak);
        batch.Start(backlog);
        foreach (int rank in backlog.Remaining)
        {
            if (backlog.Position(rank) < count)
            {
                batch.Add(rank);
            }
        }

        int last = backlog.Remaining.ToArray().Single(rank => backlog.Position(rank) == count);
        Assert.Equal(keeps, batch.KeepsF(last));
    }

    [Fact]
    public void Scores_compare_exactly()
    {
        Assert.True(new BatchScore(3, 10, 0).IsBetterThan(new BatchScore(1, 2, 0))); // 10/9 < 2
        Assert.True(new BatchScore(2, 4, 9).IsBetterThan(new BatchScore(1, 1, 1))); // equal F, more requests
        Assert.True(new BatchScore(2, 4, 8).IsBetterThan(new BatchScore(2, 4, 9)));
        Assert.False(new BatchScore(2, 4, 9).IsBetterThan(new BatchScore(2, 4, 9)));
        Assert.True(new BatchScore(1, long.MaxValue, 0).IsBetterThan(default));
        Assert.False(default(BatchScore).IsBetterThan(default));
        Assert.Equal(double.PositiveInfinity, default(BatchScore).F);
    }
}
