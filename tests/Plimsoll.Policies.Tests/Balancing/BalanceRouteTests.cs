using Plimsoll.Core;
using Plimsoll.Policies.Balancing;
using Plimsoll.Testing;

namespace Plimsoll.Policies.Tests.Balancing;

public sealed class BalanceRouteTests
{
    [Fact]
    public void First_each_worker_takes_what_fits_then_the_oldest_go_where_they_score_best()
    {
        // Worker 2 is 40 below: it takes 30, then 10. Worker 1 is 10 below: nothing is left that scores. Then 90 and 95 go to the least loaded.
        Group group = Group.Of([100, 90, 60], 3, 90, 30, 95, 10);
        Assert.Equal([new(1, 2), new(3, 2), new(0, 1), new(2, 0)], group.Ask(new BalanceRoute0()));
    }

    [Fact]
    public void No_worker_takes_more_than_four_in_its_turn()
    {
        Group group = Group.Of([100, 0], 6, 5, 5, 5, 5, 60, 5, 5);
        Assert.Equal([60, 5, 5, 5], group.Ask(new BalanceRoute0()).Take(4).Select(placement => group.Waiting[placement.Waiting].PromptTokens));
        Assert.Equal([0, 5, 6], group.Ask(new BalanceRoute0())[4..].Select(placement => placement.Waiting).Except([0, 1, 2, 3]).Prepend(0));
    }

    [Fact]
    public void What_is_learned_is_the_mean_within_the_horizon()
    {
        for (ulong seed = 0; seed < TwinCases.Count(50); seed++)
        {
            RandomStream dice = Dice.Seeded(seed);
            int horizon = (int)dice.NextBelow(30);
            LearnedEnds ends = new(horizon);
            Assert.Equal(int.MaxValue, ends.Steps(0));
            List<int> outputs = [];
            for (int i = 0; i < 40; i++)
            {
                outputs.Add(1 + (int)dice.NextBelow(50));
                ends.Learn(outputs[^1]);
            }

            ends.Refresh();
            for (int generated = 0; generated < 60; generated++)
            {
                int[] left = [.. outputs.Where(output => output > generated).Select(output => output - generated)];
                double mean = left.Length == 0 ? horizon : left.Average(remaining => Math.Min(remaining, horizon));
                int steps = (int)Math.Round(mean, MidpointRounding.AwayFromZero);
                bool stays = left.All(remaining => remaining > horizon) || steps >= horizon;
                Assert.True(ends.Steps(generated) == (stays ? int.MaxValue : Math.Max(1, steps)), $"seed {seed}, {generated} generated");
            }
        }
    }

    [Fact]
    public void An_exact_match_counts_until_it_is_overtaken()
    {
        LearnedEnds ends = new(20);
        ExactMatchSteps belief = new(new Dictionary<int, int> { [100] = 7 }, ends);

        Assert.Equal(5, belief.Of(new PlacedRequest(100, 2, 0)));
        Assert.Equal(int.MaxValue, belief.Of(new PlacedRequest(100, 7, 0)));
        Assert.Equal(int.MaxValue, belief.Of(new PlacedRequest(101, 2, 0)));
    }

    [Theory]
    [InlineData("br-h:predictor=survival")]
    [InlineData("br-h:predictor=exact-match")]
    public void A_predictor_has_a_name(string text) =>
        Assert.Equal(text, PolicyCatalog.Balancing.Parse(text, out _)?.ToString());

    [Fact]
    public void An_unknown_predictor_is_refused_with_the_names()
    {
        Assert.Null(PolicyCatalog.Balancing.Parse("br-h:predictor=oracle", out IReadOnlyList<string> problems));
        Assert.Equal(
            ["br-h: 'predictor=oracle' is not valid: predictor is a name, survival, exact-match, given, written predictor=VALUE"], problems);
    }
}
