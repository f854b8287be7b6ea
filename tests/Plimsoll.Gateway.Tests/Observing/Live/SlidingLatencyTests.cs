using Plimsoll.Core;
using Plimsoll.Gateway.Observing.Live;
using Plimsoll.Metrics;

namespace Plimsoll.Gateway.Tests.Observing.Live;

public sealed class SlidingLatencyTests
{
    [Fact]
    public void A_window_holds_what_a_list_of_everything_says_it_holds()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("sliding");
            var sliding = new SlidingLatency();
            List<(long Slice, long Nanoseconds)> all = [];
            var now = new Instant(dice.NextBelow(1_000_000));
            for (int i = 0; i < 300; i++)
            {
                now += new Duration((long)(dice.NextOpenUnit() * dice.NextOpenUnit() * 60e9));
                long value = 1 + (long)(dice.NextOpenUnit() * 5e9);
                sliding.Add(new Duration(value), now);
                all.Add((now.Nanoseconds / SlidingLatency.Slice.Nanoseconds, value));
                int slices = dice.NextBelow(2) == 0 ? 6 : 30;
                long last = now.Nanoseconds / SlidingLatency.Slice.Nanoseconds;
                long[] expected = [.. all.Where(each => each.Slice > last - slices).Select(each => each.Nanoseconds).Order()];

                LatencyWindow window = sliding.Over(slices, now);

                Assert.True(expected.Length == window.Count, $"seed {seed}: {expected.Length} != {window.Count}");
                Assert.Equal(expected.Average() / 1e9, window.Mean, 9);
                double median = Quantile(expected, 0.5);
                Assert.True(Math.Abs(window.P50 - median) <= median * LatencySketch.RelativeError * 1.01, $"seed {seed}: {window.P50} != {median}");
            }
        }
    }

    [Fact]
    public void Old_values_go_and_nothing_is_a_number_then()
    {
        var sliding = new SlidingLatency();
        sliding.Add(Duration.FromMilliseconds(5), Instant.FromSeconds(3));

        Assert.Equal(1, sliding.Over(6, Instant.FromSeconds(59)).Count);
        Assert.Equal(0, sliding.Over(6, Instant.FromSeconds(61)).Count);
        Assert.True(double.IsNaN(sliding.Over(6, Instant.FromSeconds(61)).P99));
        Assert.Equal(1, sliding.Over(30, Instant.FromSeconds(61)).Count);
        Assert.Equal(0, sliding.Over(30, Instant.FromSeconds(301)).Count);
    }

    [Fact]
    public void A_clock_read_a_little_early_takes_nothing_away()
    {
        var sliding = new SlidingLatency();
        sliding.Add(Duration.FromMilliseconds(5), Instant.FromSeconds(10.001));
        sliding.Add(Duration.FromMilliseconds(5), Instant.FromSeconds(9.999));

        Assert.Equal(2, sliding.Over(6, Instant.FromSeconds(11)).Count);
    }

    private static double Quantile(long[] sorted, double share)
    {
        double rank = share * (sorted.Length - 1);
        long below = sorted[(int)rank];
        long above = sorted[Math.Min(sorted.Length - 1, (int)rank + 1)];
        return (below + ((above - below) * (rank - (int)rank))) / 1e9;
    }
}
