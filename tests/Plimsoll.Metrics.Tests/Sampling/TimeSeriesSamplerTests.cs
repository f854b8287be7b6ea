using FsCheck;
using FsCheck.Fluent;
using Plimsoll.Core;
using Plimsoll.Metrics.Sampling;

namespace Plimsoll.Metrics.Tests.Sampling;

public sealed class TimeSeriesSamplerTests
{
    [Fact]
    public void Samples_fall_on_the_grid_with_the_state_that_held()
    {
        TimeSeriesSampler sampler = new(Instant.Zero, Duration.FromMilliseconds(10));
        Feed(sampler, 0, 1);
        Feed(sampler, 5, 2);
        Feed(sampler, 25, 3);
        Feed(sampler, 30, 4);
        TimeSeries series = sampler.ToTimeSeries();
        Assert.Equal([0, 10, 20, 30], series.Fleet.Select(s => (int)(s.At.Seconds * 1000)));
        Assert.Equal([1, 3, 3, 4], series.Fleet.Select(s => s.Running));
        Assert.Equal([1, 3, 3, 4], series.Lanes[0].Select(s => s.Running));
    }

    [Fact]
    public void Nothing_is_due_between_grid_instants()
    {
        TimeSeriesSampler sampler = new(Timelines.Ms(100), Duration.FromMilliseconds(10));
        Assert.False(sampler.Due(Timelines.Ms(99)));
        Assert.True(sampler.Due(Timelines.Ms(100)));
        Feed(sampler, 100, 1);
        Assert.False(sampler.Due(Timelines.Ms(109)));
        Feed(sampler, 109, 1);
        Assert.Equal(1, sampler.Count);
        Assert.True(sampler.Due(Timelines.Ms(110)));
    }

    [Fact]
    public void The_fleet_is_the_sum_of_its_replicas()
    {
        TimeSeriesSampler sampler = new(Instant.Zero, Duration.FromMilliseconds(1));
        ReplicaReport[] reports =
        [
            new(new ReplicaId(0), Instant.Zero, 3, 1, 50, 100),
            new(new ReplicaId(2), Instant.Zero, 4, 2, 100, 300),
        ];
        sampler.Sample(Instant.Zero, reports, 9, new FlowTotals(20, 5, 600));
        TimeSeries series = sampler.ToTimeSeries();
        Assert.Equal(new FleetSample(Instant.Zero, 7, 3, 9, 150.0 / 400, new FlowTotals(20, 5, 600)), series.Fleet[0]);
        Assert.Equal([0.5f, float.NaN, 1 / 3f], series.Lanes.Select(lane => lane[0].KvFraction));
        Assert.Equal(2, series.Replicas);
    }

    [Fact]
    public void Without_a_memory_limit_its_use_is_unknown()
    {
        TimeSeriesSampler sampler = new(Instant.Zero, Duration.FromMilliseconds(1));
        sampler.Sample(Instant.Zero, [new ReplicaReport(new ReplicaId(0), Instant.Zero, 1, 0, 77, 0)], 0, default);
        Assert.True(double.IsNaN(sampler.ToTimeSeries().Fleet[0].KvFraction));
    }

    [Fact]
    public void Any_run_fits_and_keeps_an_even_grid() =>
        Prop.ForAll(
            Gen.ArrayOf(Gen.OneOf(Gen.Choose(0, 30), Gen.Choose(0, 5_000), Gen.Choose(0, 100_000_000))).ToArbitrary(),
            gaps =>
            {
                TimeSeriesSampler sampler = new(Instant.Zero, Duration.FromMilliseconds(10), capacity: 16, maxLanes: 1);
                long now = 0;
                foreach (int gap in gaps)
                {
                    now += gap;
                    Feed(sampler, now, (int)(now % 1000));
                }

                TimeSeries series = sampler.ToTimeSeries();
                long step = series.Interval.Nanoseconds;
                return series.Fleet.Count <= 16
                    && series.Fleet.Select((s, i) => s.At.Nanoseconds == i * step).All(onGrid => onGrid)
                    && (gaps.Length == 0 || series.Fleet.Count == (now * 1_000_000 / step) + 1)
                    && (step == 10_000_000 || series.Fleet.Count >= 8);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Thinning_keeps_running_totals_right()
    {
        TimeSeriesSampler sampler = new(Instant.Zero, Duration.FromMilliseconds(1), capacity: 8);
        for (int ms = 0; ms <= 1000; ms++)
        {
            sampler.Sample(Timelines.Ms(ms), [], 0, new FlowTotals(2 * ms, ms, 10 * ms));
        }

        TimeSeries series = sampler.ToTimeSeries();
        Assert.All(series.Fleet, s => Assert.Equal((long)Math.Round(s.At.Seconds * 1000), s.Totals.Completed));
        Assert.Equal(Duration.FromMilliseconds(128), series.Interval);
    }

    [Fact]
    public void Lanes_are_bounded_and_replicas_that_come_late_start_unknown()
    {
        TimeSeriesSampler sampler = new(Instant.Zero, Duration.FromMilliseconds(1), capacity: 8, maxLanes: 2);
        sampler.Sample(Timelines.Ms(0), [Report(0)], 0, default);
        sampler.Sample(Timelines.Ms(1), [Report(0), Report(1), Report(2)], 0, default);
        sampler.Sample(Timelines.Ms(2), [Report(1)], 0, default);
        TimeSeries series = sampler.ToTimeSeries();
        Assert.Equal(2, series.Lanes.Count);
        Assert.Equal(3, series.Replicas);
        Assert.Equal([false, true, true], series.Lanes[1].Select(s => !float.IsNaN(s.KvFraction)));
        Assert.Equal([true, true, false], series.Lanes[0].Select(s => !float.IsNaN(s.KvFraction)));
    }

    private static ReplicaReport Report(int id) => new(new ReplicaId(id), Instant.Zero, 1, 0, 1, 2);

    private static void Feed(TimeSeriesSampler sampler, long ms, int running) =>
        sampler.Sample(Timelines.Ms(ms), [new ReplicaReport(new ReplicaId(0), Timelines.Ms(ms), running, 0, 1, 2)], 0, default);
}
