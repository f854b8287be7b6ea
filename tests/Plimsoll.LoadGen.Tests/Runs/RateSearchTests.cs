using Plimsoll.Core;
using Plimsoll.LoadGen.Runs;

namespace Plimsoll.LoadGen.Tests.Runs;

public sealed class RateSearchTests
{
    private static RateTrial Of(double rate, int trial, bool passed) => new(rate, trial, passed ? 1 : 0, passed);

    [Theory]
    [InlineData(17.3)]
    [InlineData(2.5)]
    [InlineData(99)]
    public void A_sharp_limit_is_found_within_the_tolerance(double limit)
    {
        RateSearch search = RateSearch.Find(1, 100, 3, 0.02, (rate, trial) => Of(rate, trial, rate <= limit));

        Assert.InRange(search.Rate, limit / 1.02, limit);
        Assert.Equal(search.Rate, search.SafeRate);
        Assert.InRange(search.FailingRate, limit, search.Rate * 1.02);
    }

    [Fact]
    public void Trials_that_disagree_widen_the_interval()
    {
        // Between 10 and 20 the outcome is a matter of luck: one in five fails at 10, four in five at 20.
        for (ulong seed = 0; seed < 50; seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("luck");
            RateSearch search = RateSearch.Find(1, 100, 5, 0.05, (rate, trial) =>
                Of(rate, trial, rate < 10 || rate < 20 && dice.NextOpenUnit() > (rate - 8) / 15));

            Assert.True(search.SafeRate <= search.Rate && search.Rate < search.FailingRate, $"seed {seed}");
            Assert.InRange(search.SafeRate, 1, 20);
            Assert.InRange(search.FailingRate, 10, 100);
        }
    }

    [Fact]
    public void Where_the_lowest_fails_there_is_no_rate()
    {
        RateSearch search = RateSearch.Find(5, 100, 1, 0.05, (rate, trial) => Of(rate, trial, false));

        Assert.Equal((0.0, 0.0, 5.0), (search.Rate, search.SafeRate, search.FailingRate));
        Assert.Single(search.Trials);
    }

    [Fact]
    public void Where_the_highest_passes_there_is_no_upper_end()
    {
        RateSearch search = RateSearch.Find(5, 100, 1, 0.05, (rate, trial) => Of(rate, trial, true));

        Assert.Equal((100.0, 100.0, double.PositiveInfinity), (search.Rate, search.SafeRate, search.FailingRate));
    }

    [Fact]
    public void A_search_that_is_stopped_keeps_what_it_has()
    {
        int count = 0;
        RateSearch search = RateSearch.Find(1, 100, 1, 0.01, (rate, trial) => ++count > 3 ? null : Of(rate, trial, rate < 50));

        Assert.Equal(10, search.Rate, 6);
        Assert.Equal(3, search.Trials.Count);
    }
}
