using Plimsoll.Core;

namespace Plimsoll.Metrics.Tests;

public sealed class MetricsCollectorTests
{
    [Fact]
    public void Latencies_follow_their_definitions()
    {
        RequestTimeline timeline = Timelines.Completed(0, arrival: 10, scheduled: 15, firstToken: 110, finished: 470, output: 10);
        Assert.Equal(Duration.FromMilliseconds(5), TimelineMetrics.Queue(in timeline));
        Assert.Equal(Duration.FromMilliseconds(100), TimelineMetrics.Ttft(in timeline));
        Assert.Equal(Duration.FromMilliseconds(460), TimelineMetrics.E2e(in timeline));
        Assert.Equal(Duration.FromMilliseconds(40), TimelineMetrics.Tpot(in timeline));
    }

    [Theory]
    [InlineData(2, 100, 100)]
    [InlineData(3, 101, 51)]
    [InlineData(4, 100, 33)]
    [InlineData(4, 101, 34)]
    [InlineData(5, 0, 0)]
    public void Time_per_output_token_divides_by_the_gaps_and_rounds(int output, long decodeNanoseconds, long expected)
    {
        RequestTimeline timeline = Timelines.Completed(0, 0, 0, 1, 1, output: output);
        timeline.Finished += new Duration(decodeNanoseconds);
        Assert.Equal(expected, TimelineMetrics.Tpot(in timeline).Nanoseconds);
    }

    [Fact]
    public void One_output_token_has_no_time_per_output_token()
    {
        RequestTimeline single = Timelines.Completed(0, 0, 1, 50, 50, output: 1);
        ServiceObjectives objectives = new(Tpot: new Duration(1));
        MetricsCollector collector = Timelines.Collect([single], into: new MetricsCollector(Instant.Zero, objectives));
        Assert.False(TimelineMetrics.HasTpot(in single));
        Assert.Throws<ArgumentException>(() => TimelineMetrics.Tpot(in single));
        Assert.Equal(0, collector.Tpot.Count);
        Assert.Equal(1, collector.Ttft.Count);
        Assert.Equal(1, collector.GoodRequests);
    }

    [Fact]
    public void Every_request_is_counted_once()
    {
        MetricsCollector collector = Timelines.Collect(
        [
            Timelines.Completed(0, 0, 1, 50, 150, prompt: 100, output: 11, replica: 2, cached: 32, preemptions: 1),
            Timelines.Rejected(1, 3, RejectReason.QueueFull),
            Timelines.Rejected(2, 3, RejectReason.ExceedsKvCapacity),
            Timelines.Rejected(3, 4, RejectReason.QueueFull),
            Timelines.Cancelled(4, 5, 60, delivered: 4),
        ]);
        collector.RecordArrival(Timelines.Ms(200));

        Assert.Equal(new RequestCounts(6, 1, 3, 0, 1, 1), collector.Counts);
        Assert.Equal(2, collector.RejectedFor(RejectReason.QueueFull));
        Assert.Equal(1, collector.RejectedFor(RejectReason.ExceedsKvCapacity));
        Assert.Equal(100, collector.PromptTokens);
        Assert.Equal(32, collector.CachedPromptTokens);
        Assert.Equal(15, collector.OutputTokens);
        Assert.Equal(1, collector.Preemptions);
        Assert.Equal(new FlowTotals(6, 1, 15), collector.Totals);
        Assert.Equal(3, collector.Replicas.Length);
        Assert.Equal(new ReplicaTotals(1, 100, 11), collector.Replicas[2]);
        Assert.Equal(1, collector.E2e.Count);
    }

    [Theory]
    [InlineData(100, 40, 460, 1)]
    [InlineData(99, 40, 460, 0)]
    [InlineData(100, 39, 460, 0)]
    [InlineData(100, 40, 459, 0)]
    public void A_request_is_good_when_it_keeps_every_objective(int ttft, int tpot, int e2e, int good)
    {
        ServiceObjectives objectives = new(
            Duration.FromMilliseconds(ttft), Duration.FromMilliseconds(tpot), Duration.FromMilliseconds(e2e));
        MetricsCollector collector = new(Instant.Zero, objectives);
        Timelines.Collect([Timelines.Completed(0, 10, 15, 110, 470, output: 10)], into: collector);
        Assert.Equal(good, collector.GoodRequests);
        Assert.Equal(good, collector.InWindow.Good);
    }

    [Fact]
    public void Warm_up_is_counted_but_not_measured()
    {
        MetricsCollector collector = new(Timelines.Ms(1000), ServiceObjectives.None);
        Timelines.Collect(
            [
                Timelines.Completed(0, 100, 100, 150, 900),
                Timelines.Completed(1, 500, 500, 550, 1200, prompt: 7, output: 20),
                Timelines.Completed(2, 1000, 1000, 1050, 1500, prompt: 5, output: 30),
            ],
            Timelines.Ms(3000),
            collector);

        Assert.Equal(3, collector.Counts.Completed);
        Assert.Equal(1, collector.Ttft.Count);
        Assert.Equal(1, collector.GoodRequests);
        Assert.Equal(new WindowTotals(2, 1, 12, 50), collector.InWindow);
        Assert.Equal(Duration.FromMilliseconds(2000), collector.Window);
        Assert.Equal(Duration.FromMilliseconds(2900), collector.Elapsed);
    }

    [Fact]
    public void The_digest_does_not_depend_on_order_but_on_every_field()
    {
        RequestTimeline[] timelines = Timelines.Random(seed: 7, count: 1000);
        ulong digest = Timelines.Collect(timelines).Digest;
        Assert.Equal(digest, Timelines.Collect(timelines.Reverse()).Digest);

        RequestTimeline original = timelines[10];
        RequestTimeline[] changes =
        [
            original with { Id = new RequestId(1_000_000) },
            original with { Arrival = original.Arrival + new Duration(1) },
            original with { Scheduled = original.Scheduled + new Duration(1) },
            original with { FirstToken = original.FirstToken + new Duration(1) },
            original with { Finished = original.Finished + new Duration(1) },
            original with { PromptTokens = original.PromptTokens + 1 },
            original with { OutputTokens = original.OutputTokens + 1 },
            original with { CachedTokens = original.CachedTokens + 1 },
            original with { Preemptions = original.Preemptions + 1 },
            original with { Replica = original.Replica + 1 },
            original with { Outcome = RequestOutcome.Failed },
            original with { RejectReason = RejectReason.TokenBudget },
        ];
        Assert.Equal(changes.Length + 1, changes.Append(original).Select(t => TimelineDigest.Of(in t)).Distinct().Count());
    }

    [Fact]
    public void The_digest_of_a_known_timeline_stays_what_it_is()
    {
        RequestTimeline timeline = Timelines.Completed(3, 10, 15, 110, 470, 100, 10, 2, 32, 1);
        Assert.Equal("80072194e571485f", TimelineDigest.Of(in timeline).ToString("x16", null));
    }

    [Fact]
    public void Merging_equals_seeing_everything()
    {
        RequestTimeline[] timelines = Timelines.Random(seed: 11, count: 2000);
        Instant end = timelines.Max(t => t.Finished);
        MetricsCollector whole = Timelines.Collect(timelines, end, New());
        MetricsCollector merged = Timelines.Collect(timelines.Where((_, i) => i % 3 == 0), into: New());
        merged.Merge(Timelines.Collect(timelines.Where((_, i) => i % 3 != 0), into: New()));
        merged.RecordEnd(end);

        Assert.Equal(whole.Counts, merged.Counts);
        Assert.Equal(whole.Digest, merged.Digest);
        Assert.Equal(whole.InWindow, merged.InWindow);
        Assert.Equal(whole.Window, merged.Window);
        Assert.Equal(whole.Elapsed, merged.Elapsed);
        Assert.Equal(whole.Totals, merged.Totals);
        Assert.Equal(whole.GoodRequests, merged.GoodRequests);
        Assert.Equal(whole.PromptTokens, merged.PromptTokens);
        Assert.Equal(whole.Preemptions, merged.Preemptions);
        Assert.Equal(whole.MeanInSystem, merged.MeanInSystem);
        Assert.Equal(whole.Replicas.ToArray(), merged.Replicas.ToArray());
        Assert.True(LatencySketchTests.Same(whole.Ttft, merged.Ttft));
        Assert.True(LatencySketchTests.Same(whole.Tpot, merged.Tpot));
        Assert.True(LatencySketchTests.Same(whole.E2e, merged.E2e));
        Assert.True(LatencySketchTests.Same(whole.Queue, merged.Queue));

        static MetricsCollector New() => new(Timelines.Ms(5000), new ServiceObjectives(Ttft: Duration.FromMilliseconds(150)));
    }

    [Fact]
    public void Collectors_that_measure_differently_do_not_merge() =>
        Assert.Throws<ArgumentException>(
            () => new MetricsCollector().Merge(new MetricsCollector(Timelines.Ms(1), ServiceObjectives.None)));

    [Fact]
    public void Contradictions_stop_the_run()
    {
        MetricsCollector collector = new();
        Assert.Throws<InvariantBrokenException>(() => collector.Record(Timelines.Completed(0, 10, 5, 20, 30)));
        Assert.Throws<InvariantBrokenException>(() => collector.Record(Timelines.Completed(0, 10, 25, 20, 30)));
        Assert.Throws<InvariantBrokenException>(() => collector.Record(Timelines.Completed(0, 10, 12, 20, 30, output: 0)));
        Assert.Throws<InvariantBrokenException>(() => collector.Record(default));
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        RequestTimeline[] timelines = Timelines.Random(seed: 3, count: 500);
        MetricsCollector collector = Timelines.Collect(timelines);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < timelines.Length; i++)
        {
            collector.RecordArrival(timelines[i].Arrival);
            collector.Record(in timelines[i]);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
