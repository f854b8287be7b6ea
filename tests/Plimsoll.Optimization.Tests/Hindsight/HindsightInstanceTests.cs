using Plimsoll.Core;
using Plimsoll.Optimization.Hindsight;
using Plimsoll.Testing;

namespace Plimsoll.Optimization.Tests.Hindsight;

public sealed class HindsightInstanceTests
{
    [Fact]
    public void A_schedule_that_fills_the_memory_exactly_fits()
    {
        // Rounds 1 to 4 hold 3, 4 + 3, 4 and 5 tokens.
        var instance = new HindsightInstance([new(0, 2, 2, 0), new(1, 2, 3, 1)], 7);

        Assert.True(instance.Fits([0, 1]));
        Assert.False(new HindsightInstance([new(0, 2, 2, 0), new(1, 2, 3, 1)], 6).Fits([0, 1]));
        Assert.False(instance.Fits([0, 0]));
        Assert.False(instance.Fits([0]));
        Assert.Equal(2 + 3 + 4, instance.LatencyOf([0, 5]));
    }

    [Fact]
    public void Fitting_is_what_a_plain_count_says()
    {
        for (ulong seed = 0; seed < TwinCases.Count(500); seed++)
        {
            RandomStream dice = Dice.Seeded(seed);
            HindsightInstance instance = Naive.Tiny(ref dice, 6);
            int[] starts = new int[instance.Jobs.Length];
            for (int i = 0; i < starts.Length; i++)
            {
                starts[i] = instance.Jobs[i].ArrivalRound + (int)dice.NextBelow(8);
            }

            Assert.True(instance.Fits(starts) == Naive.StartedFit(instance, starts), $"seed {seed}");
        }
    }

    [Fact]
    public void A_list_places_each_job_in_the_first_round_where_it_fits()
    {
        for (ulong seed = 0; seed < TwinCases.Count(500); seed++)
        {
            RandomStream dice = Dice.Seeded(seed);
            HindsightInstance instance = Naive.Tiny(ref dice, 7);
            int[] list = [.. Enumerable.Range(0, instance.Jobs.Length)];
            int[] starts = new int[list.Length];
            int[] expected = Enumerable.Repeat(-1, list.Length).ToArray();
            foreach (int i in list)
            {
                expected[i] = instance.Jobs[i].ArrivalRound;
                while (!Naive.StartedFit(instance, expected))
                {
                    expected[i]++;
                }
            }

            long latency = new ListScheduler(instance).Schedule(list, starts);

            Assert.True(expected.SequenceEqual(starts), $"seed {seed}");
            Assert.Equal(instance.LatencyOf(starts), latency);
        }
    }

    [Fact]
    public void What_could_never_run_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new HindsightInstance([], 10));
        Assert.Throws<ArgumentException>(() => new HindsightInstance([new(0, 6, 5, 0)], 10));
        Assert.Throws<ArgumentException>(() => new HindsightInstance([new(0, 1, 0, 0)], 10));
        Assert.Throws<ArgumentException>(() => new HindsightInstance([new(0, 1, 1, -1)], 10));
        Assert.Throws<ArgumentException>(() => new HindsightInstance([new(3, 1, 1, 0), new(3, 1, 1, 0)], 10));
    }
}
