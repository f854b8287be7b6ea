using Plimsoll.Core;
using Plimsoll.Policies.Balancing;
using Plimsoll.Testing;

namespace Plimsoll.Policies.Tests.Balancing;

public sealed class BfIoTests
{
    [Fact]
    public void Margins_and_scores_are_those_of_the_specification()
    {
        LoadProjection projection = new(0);
        projection.Load(Group.Of([100, 90, 70, 60], 1).View);
        MarginScore score = new(0, 1, 4, 1);

        Assert.Equal(80, Group.Imbalance([100, 90, 70, 60]));
        Assert.Equal([0, 10, 30, 40], Each(score, projection, () => score.LeastMargin));
        Assert.Equal([-75, -35, 25, 25], Each(score, projection, () => (long)score.Of(25)));
        Assert.Equal([-240, -200, -120, -80], Each(score, projection, () => (long)score.Of(80)));
    }

    [Fact]
    public void Of_all_sizes_the_best_is_next_to_the_turning_point()
    {
        for (ulong seed = 0; seed < TwinCases.Count(300); seed++)
        {
            RandomStream dice = Dice.Seeded(seed);
            int horizon = (int)dice.NextBelow(12);
            LoadProjection projection = new(horizon);
            projection.Load(Group.Any(3, 6, 0, 200, ref dice).View);
            MarginScore score = new(horizon, 1 + dice.NextBelow(3), dice.NextBelow(9), dice.NextBelow(2) == 0 ? 1 : 0.5);
            score.Face(projection, (int)dice.NextBelow(3));
            long best = Enumerable.Range(0, 2_000).OrderByDescending(tokens => score.Of(tokens)).First();

            Assert.True(score.BestTokens() == (best == 1_999 ? long.MaxValue : best), $"seed {seed}: {best} and not {score.BestTokens()}");
        }
    }

    [Fact]
    public void A_projection_forgets_what_ends_and_keeps_what_is_placed()
    {
        LoadProjection projection = new(3);
        projection.Load(new Group(
            [new() { LoadTokens = 61, Requests = 3 }, new() { LoadTokens = 40, Requests = 1 }],
            [new(10, 4, 6), new(20, 2, 1), new(25, 0, 0), new(40, 0, 4)],
            []).View);
        Assert.Equal([61, 39, 25, 25], projection.Of(0)); // one is overdue, one ends after two steps, one never does
        Assert.Equal([40, 40, 40, 40], projection.Of(1)); // it ends beyond the horizon
        Assert.Equal([61, 40, 40, 40], projection.Greatest);

        projection.Add(0, 16);
        Assert.Equal([77, 55, 41, 41], projection.Of(0));
        Assert.Equal([77, 55, 41, 41], projection.Greatest);
    }

    [Theory]
    [InlineData(0, 1, 1, 1.0, 1024, 2, 7)]
    [InlineData(0, 1, 43, 0.86, 1024, 2, 7)]
    [InlineData(5, 1, 43, 0.86, 1024, 1, 7)]
    [InlineData(20, 1, 43, 0.86, 1024, 3, 7)]
    [InlineData(20, 1, 43, 0.86, 1024, 3, 40)]
    [InlineData(8, 2, 5, 1.0, 6, 2, 3)]
    [InlineData(8, 1, 0, 0.5, 7, 3, 0)]
    public void Placements_are_those_of_the_naive_twin(
        int horizon, double alpha, double beta, double decay, int window, int subset, int threshold)
    {
        string text = FormattableString.Invariant(
            $"bf-io:horizon={horizon},alpha={alpha},beta={beta},decay={decay},window={window},subset={subset},threshold={threshold}");
        for (ulong seed = 0; seed < TwinCases.Count(250); seed++)
        {
            RandomStream dice = Dice.Seeded(seed);
            Group group = Group.Any(
                1 + (int)dice.NextBelow(6), 1 + (int)dice.NextBelow(10), (int)dice.NextBelow(25), dice.NextBelow(2) == 0 ? 12 : 4000, ref dice);
            IBalancingPolicy policy = PolicyCatalog.Balancing.Parse(text, out _)!.Create();

            Placement[] expected = new NaiveBfIo(horizon, alpha, beta, decay, window, subset, threshold).Assign(group);
            Assert.True(expected.SequenceEqual(group.Ask(policy)), $"seed {seed}");
            Assert.True(expected.SequenceEqual(group.Ask(policy)), $"seed {seed}, asked again");
        }
    }

    private static long[] Each(MarginScore score, LoadProjection projection, Func<long> ask) =>
    [
        .. Enumerable.Range(0, 4).Select(worker =>
        {
            score.Face(projection, worker);
            return ask();
        }),
    ];
}
