using Plimsoll.Core;
using Plimsoll.LoadGen.Reports;
using Plimsoll.LoadGen.Runs;
using Plimsoll.LoadGen.Timing;
using Plimsoll.Metrics;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.LoadGen.Tests.Reports;

public sealed class LoadMeasureTests
{
    // Two completed: TTFT 100 and 300, E2E 500 and 300 (one token), so TPOT 400/4 = 100 of the first only, NTPOT 100 and 300.
    private static LoadResult ByHand() => Transcripts.Run(
        2,
        Transcripts.Completed(0, 0, 1, 100, 500, 5),
        Transcripts.Completed(1, 200, 3, 500, 500, 1, prompt: 12),
        Transcripts.Ended(2, 400, LoadOutcome.Failed, "boom"),
        Transcripts.Ended(3, 600, LoadOutcome.Rejected, "HTTP 429: no"),
        Transcripts.Ended(4, 800, LoadOutcome.Cancelled),
        Transcripts.Ended(5, 1000, LoadOutcome.InFlight));

    [Fact]
    public void Latencies_are_those_of_the_definitions()
    {
        LoadMeasure measure = LoadMeasure.Of([ByHand()], ServiceObjectives.None, 0.1);

        Assert.Equal((0.2, 0.1, 0.3), (measure.Ttft.Mean, measure.Ttft.Min, measure.Ttft.Max));
        Assert.Equal((0.4, 0.3, 0.5), (measure.E2e.Mean, measure.E2e.Min, measure.E2e.Max));
        Assert.Equal((0.1, 1L), (measure.Tpot.Mean, measure.Tpot.Count));
        Assert.Equal((0.1, 0.3), (measure.Ntpot.Min, measure.Ntpot.Max));
        Assert.Equal((0.4, 1L), (measure.Itl.Max, measure.Itl.Count));
        Assert.Equal((0.003, 6L), (measure.ScheduleLag.Max, measure.ScheduleLag.Count));
        Assert.Equal((1.0, 3.0, 11.0),
            (measure.Throughput.RequestsPerSecond, measure.Throughput.OutputTokensPerSecond, measure.Throughput.PromptTokensPerSecond));
        Assert.Equal(5, measure.OfferedPerSecond, 12);
        Assert.Equal((1.0, 2L), (measure.PromptErrorTokens, measure.GreatestPromptErrorTokens));
        Assert.Equal(8.0 / 22, measure.CachedFraction);
    }

    [Fact]
    public void Submitted_is_the_sum_of_all_ends()
    {
        RequestCounts counts = LoadMeasure.Of([ByHand(), ByHand()], ServiceObjectives.None, 0.1).Requests;

        Assert.Equal(new RequestCounts(12, 4, 2, 2, 2, 2), counts);
        Assert.Equal(counts.Submitted, counts.Completed + counts.Rejected + counts.Failed + counts.Cancelled + counts.InFlight);
    }

    [Theory]
    [InlineData(100, null, null, 1)]
    [InlineData(99, null, null, 0)]
    [InlineData(null, 100, null, 2)]
    [InlineData(null, 99, null, 1)]
    [InlineData(null, null, 499, 1)]
    [InlineData(300, 100, 500, 2)]
    public void Good_requests_keep_every_objective(int? ttft, int? tpot, int? e2e, int good)
    {
        Duration? Limit(int? milliseconds) => milliseconds is { } time ? Duration.FromMilliseconds(time) : null;

        ThroughputSummary rates = LoadMeasure.Of([ByHand()], new ServiceObjectives(Limit(ttft), Limit(tpot), Limit(e2e)), 0.1).Throughput;

        Assert.Equal((good / 2.0, good / 6.0), (rates.GoodputRequestsPerSecond, rates.GoodputFraction));
    }

    [Fact]
    public void Windows_share_out_every_request()
    {
        RequestRecord[] records = [.. Enumerable.Range(0, 200).Select(i =>
            Transcripts.Completed(i, 10 * i, 0, (10 * i) + 5, (10 * i) + 9, 2))];

        IReadOnlyList<LoadWindow> windows = LoadMeasure.Of([Transcripts.Run(2, records)], ServiceObjectives.None, 0.1).Windows;

        Assert.Equal(8, windows.Count);
        Assert.Equal(200, windows.Sum(window => window.Completed));
        Assert.All(windows, window => Assert.Equal((0.005, 25L), (Math.Round(window.TtftP50, 6), window.Completed)));
    }

    [Theory]
    [InlineData(0.009, 0.0001, 0.5, false, "")]
    [InlineData(0.011, 0.0001, 0.5, true, "started 11 ms late")]
    [InlineData(0.001, 0.0110, 0.5, true, "waited 11 ms")]
    [InlineData(0.001, 0.0001, 0.95, true, "95 % of 2 cores")]
    public void A_client_that_could_not_keep_up_is_no_measurement(double lag, double loop, double cpu, bool bottleneck, string reason)
    {
        // A median TTFT of 100 ms allows 10.
        ClientVerdict verdict = ClientVerdict.Of(Of(lag), Of(loop), Of(0.1), new ClientLoad(cpu, double.NaN, 0, 2), 0.1);

        Assert.Equal(bottleneck, verdict.IsBottleneck);
        Assert.Equal(0.01, verdict.BoundSeconds, 12);
        Assert.Contains(reason, string.Concat(verdict.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void Lateness_that_no_engine_could_notice_is_forgiven() =>
        Assert.Equal(ClientVerdict.LeastBoundSeconds,
            ClientVerdict.Of(Of(0.00009), Of(0.00009), Of(0.0001), new ClientLoad(0, 0, 0, 2), 0.1).BoundSeconds);

    private static LatencySummary Of(double seconds)
    {
        var sketch = new LatencySketch();
        sketch.Add(Duration.FromSeconds(seconds));
        return LatencySummary.Of(sketch);
    }
}
