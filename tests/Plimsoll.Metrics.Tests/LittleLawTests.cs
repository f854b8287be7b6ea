using Plimsoll.Core;

namespace Plimsoll.Metrics.Tests;

public sealed class LittleLawTests
{
    [Fact]
    public void The_mean_number_in_system_is_the_rate_times_the_mean_sojourn()
    {
        // Two requests of 30 ms and 20 ms over 40 ms.
        MetricsCollector collector = new();
        collector.RecordArrival(Timelines.Ms(0));
        collector.RecordArrival(Timelines.Ms(20));
        collector.Record(Timelines.Completed(0, 0, 0, 10, 30));
        collector.Record(Timelines.Completed(1, 20, 25, 30, 40));
        collector.RecordEnd(Timelines.Ms(40));
        Assert.Equal(50.0 / 40, collector.MeanInSystem);
        Assert.Equal(2.0 / 0.040 * collector.E2e.MeanSeconds, collector.MeanInSystem, 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_holds_exactly_in_order_of_events_and_out_of_it(ulong seed)
    {
        RequestTimeline[] timelines = Timelines.Random(seed, 500);
        Instant end = timelines.Max(t => t.Finished) + new Duration(12_345);
        MetricsCollector outOfOrder = Timelines.Collect(timelines, end);
        MetricsCollector inOrder = new();
        foreach ((Instant _, int kind, int index) in Events(timelines))
        {
            if (kind == 0)
            {
                inOrder.RecordArrival(timelines[index].Arrival);
            }
            else
            {
                inOrder.Record(in timelines[index]);
            }
        }

        inOrder.RecordEnd(end);
        Assert.Equal(outOfOrder.MeanInSystem, inOrder.MeanInSystem);
        double sojourns = timelines.Sum(t => (double)(t.Finished - t.Arrival).Nanoseconds);
        Assert.Equal(sojourns / inOrder.Elapsed.Nanoseconds, inOrder.MeanInSystem, 1e-9);
    }

    [Fact]
    public void Requests_in_flight_count_until_the_end()
    {
        MetricsCollector collector = new();
        collector.RecordArrival(Timelines.Ms(0));
        collector.RecordArrival(Timelines.Ms(10));
        collector.Record(Timelines.Completed(0, 0, 0, 10, 30));
        collector.RecordEnd(Timelines.Ms(50));
        Assert.Equal(1, collector.Counts.InFlight);
        Assert.Equal((30 + 40) / 50.0, collector.MeanInSystem, 1e-12);
    }

    [Fact]
    public void A_stamp_that_is_not_its_event_breaks_it()
    {
        MetricsCollector collector = new();
        collector.RecordArrival(Timelines.Ms(1));
        collector.Record(Timelines.Completed(0, 0, 0, 10, 30));
        Assert.Throws<InvariantBrokenException>(() => collector.RecordEnd(Timelines.Ms(30)));
    }

    [Fact]
    public void A_request_that_ends_twice_breaks_it()
    {
        MetricsCollector collector = Timelines.Collect([Timelines.Completed(0, 0, 0, 10, 30)]);
        collector.Record(Timelines.Completed(0, 0, 0, 10, 30));
        Assert.Throws<InvariantBrokenException>(() => collector.RecordEnd(Timelines.Ms(30)));
    }

    [Fact]
    public void A_run_does_not_end_before_its_requests()
    {
        MetricsCollector collector = Timelines.Collect([Timelines.Completed(0, 0, 0, 10, 30)]);
        Assert.Throws<InvariantBrokenException>(() => collector.RecordEnd(Timelines.Ms(29)));
    }

    private static IEnumerable<(Instant At, int Kind, int Index)> Events(RequestTimeline[] timelines) =>
        timelines.SelectMany((t, i) => new[] { (t.Arrival, 0, i), (t.Finished, 1, i) }).Order();
}
