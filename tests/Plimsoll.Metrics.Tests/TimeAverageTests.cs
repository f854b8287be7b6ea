using Plimsoll.Core;

namespace Plimsoll.Metrics.Tests;

public sealed class TimeAverageTests
{
    [Fact]
    public void The_mean_weighs_values_by_time()
    {
        TimeAverage average = new(Timelines.Ms(10));
        average.Set(Timelines.Ms(20), 4);
        average.Set(Timelines.Ms(30), 1);
        Assert.Equal(1, average.Value);
        Assert.Equal(4, average.Peak);
        Assert.Equal(((0 * 10) + (4 * 10) + (1 * 20)) / 40.0, average.MeanAt(Timelines.Ms(50)), 1e-12);
    }

    [Fact]
    public void A_ramp_given_by_its_area_equals_its_steps()
    {
        TimeAverage steps = new(Instant.Zero);
        Int128 area = 0;
        for (int i = 1; i <= 100; i++)
        {
            area += (Int128)steps.Value * 1_000_000;
            steps.Set(Timelines.Ms(i), 3 * i);
        }

        TimeAverage ramp = new(Instant.Zero);
        ramp.Follow(Timelines.Ms(100), area, 300, 300);
        Assert.Equal(steps.MeanAt(Timelines.Ms(150)), ramp.MeanAt(Timelines.Ms(150)));
        Assert.Equal(steps.Peak, ramp.Peak);
    }

    [Fact]
    public void Before_any_time_passes_the_mean_is_the_value()
    {
        TimeAverage average = new(Timelines.Ms(10));
        average.Set(Timelines.Ms(10), 7);
        Assert.Equal(7, average.MeanAt(Timelines.Ms(10)));
    }

    [Fact]
    public void Time_does_not_run_backwards()
    {
        TimeAverage average = new(Timelines.Ms(10));
        Assert.Throws<InvariantBrokenException>(() => average.Set(Timelines.Ms(9), 1));
    }
}
