using Plimsoll.Core;
using Plimsoll.Planning.Fleet;

namespace Plimsoll.Planning.Tests.Fleet;

public sealed class ReplicaSearchTests
{
    [Fact]
    public void The_least_that_passes_is_found_from_any_guess_in_few_tests()
    {
        for (ulong seed = 0; seed < 5_000; seed++)
        {
            RandomStream dice = Testing.Dice.Seeded(seed);
            int least = 1 + (int)dice.NextBelow(20);
            int most = least + (int)dice.NextBelow(300);
            int answer = 1 + (int)dice.NextBelow(most + 20);
            var search = new ReplicaSearch(least, (int)dice.NextBelow(most + 40), most);
            int tests = 0;
            while (search.Next is { } next)
            {
                Assert.True(next >= least && next <= most, $"seed {seed}");
                search.Tell(next >= answer);
                tests++;
            }

            Assert.True(search.Found == (answer > most ? null : Math.Max(least, answer)), $"seed {seed}: {search.Found}");
            Assert.True(tests <= 20, $"seed {seed}: {tests} tests");
        }
    }

    [Fact]
    public void A_limit_on_the_way_loses_nothing_below_it()
    {
        for (ulong seed = 0; seed < 5_000; seed++)
        {
            RandomStream dice = Testing.Dice.Seeded(seed);
            int answer = 1 + (int)dice.NextBelow(100);
            int limit = (int)dice.NextBelow(120);
            var search = new ReplicaSearch(1, 1 + (int)dice.NextBelow(100), 100);
            for (long before = dice.NextBelow(8); before > 0 && search.Next is { } next; before--)
            {
                search.Tell(next >= answer);
            }

            bool ended = search.Next is null;
            search.Limit(limit);
            while (search.Next is { } next)
            {
                Assert.True(next <= limit || limit >= 100, $"seed {seed}");
                search.Tell(next >= answer);
            }

            Assert.True(search.Found == (ended || answer <= limit ? answer : null),
                $"seed {seed}: {search.Found} for {answer}, limit {limit}");
        }
    }

    [Fact]
    public void A_rate_is_found_to_two_percent()
    {
        for (ulong seed = 0; seed < 500; seed++)
        {
            RandomStream dice = Testing.Dice.Seeded(seed);
            double answer = 1 + (9 * dice.NextOpenUnit());
            double most = 1 + (12 * dice.NextOpenUnit());
            var search = new RateSearch(1, most);
            while (search.Next is { } rate)
            {
                search.Tell(rate <= answer);
            }

            double expected = Math.Min(answer, most);
            Assert.True(search.RequestsPerSecond <= expected && search.RequestsPerSecond * RateSearch.Resolution >= expected,
                $"seed {seed}");
        }
    }
}
