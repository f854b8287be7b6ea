using Plimsoll.Core;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;
using Plimsoll.Workloads.Statistics;

namespace Plimsoll.Workloads.Tests.Statistics;

public sealed class TraceStatisticsTests
{
    [Fact]
    public void Nothing_has_no_statistics_but_a_count()
    {
        TraceStatistics statistics = TraceStatisticsCollector.Of(new Listed());
        Assert.Equal([new KeyValuePair<string, double>("requests", 0)], statistics.Named());
        TraceStatistics one = TraceStatisticsCollector.Of(Listed.At(5));
        Assert.Null(one.Arrivals);
        Assert.DoesNotContain(one.Named(), pair => !double.IsFinite(pair.Value));
    }

    [Fact]
    public void A_small_example_by_hand()
    {
        InferenceRequest Request(int id, double seconds, int prompt, int output, string session, params ulong[] hashes) => new(
            new RequestId(id), Instant.FromSeconds(seconds), prompt, output,
            new RequestDetails { Session = session, PrefixHashArray = hashes, BlockTokens = 4 });
        TraceStatistics statistics = TraceStatisticsCollector.Of(new Listed(
            Request(0, 10, 1, 4, "a", 1, 2),
            Request(1, 11, 2, 4, "a", 1, 3, 2),
            Request(2, 13, 3, 2, "b", 9),
            Request(3, 22, 4, 2, "a", 1, 3, 9)));
        ArrivalSummary arrivals = statistics.Arrivals!;
        Assert.Equal((12, 4 / 12.0), (arrivals.SpanSeconds, arrivals.RatePerSecond));
        Assert.Equal(Math.Sqrt((9 + 4 + 25) / 3.0) / 4, arrivals.GapVariation, 1e-12);
        Assert.Equal(1, arrivals.PeakOverMean10Seconds);
        Assert.Equal([1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1], arrivals.Rate.Counts);
        LengthSummary prompt = statistics.Prompt!;
        Assert.Equal((2.5, Math.Sqrt(1.25), 2.5, 3.7), (prompt.Mean, prompt.StandardDeviation, prompt.P50, prompt.P90));
        Assert.Equal(-4 / Math.Sqrt(20), statistics.Pearson, 1e-12);
        Assert.Equal(-4 / Math.Sqrt(20), statistics.Spearman, 1e-12);
        Assert.Equal(new PrefixReuse(5.0 / 9, 4.0 / 9, 4, 0.5), statistics.Reuse);
        Assert.Equal((2, 2.0), (statistics.Sessions, statistics.TurnsPerSessionP50));
    }

    [Fact]
    public void Bins_leave_out_the_unfinished_last_one_and_count_the_empty_ones()
    {
        ArrivalSummary arrivals = TraceStatisticsCollector.Of(Listed.At(0, 1, 2, 35, 119, 121)).Arrivals!;
        Assert.Equal(3 * 12 / 5.0, arrivals.PeakOverMean10Seconds, 1e-12);
        Assert.Equal(1.5 / 2.5, arrivals.Variation60Seconds, 1e-12);
    }

    [Fact]
    public void Histograms_and_series_count_every_request_in_fixed_memory()
    {
        TraceStatistics statistics = TraceStatisticsCollector.Of(
            new GeneratedSource(new PoissonArrivals(0.5), new LogNormalLength(100, 300), new ConstantLength(3), 5000, new RandomTree(1)));
        RateSeries rate = statistics.Arrivals!.Rate;
        Assert.Equal(5000, rate.Counts.Sum());
        Assert.InRange(rate.Counts.Count, 257, 512);
        LengthHistogram histogram = statistics.PromptHistogram!;
        Assert.Equal(5000, histogram.Counts.Sum());
        Assert.Equal(histogram.Edges.Count, histogram.Counts.Count + 1);
        Assert.Equal(histogram.Edges.Order(), histogram.Edges);
        Assert.Equal([5000], statistics.OutputHistogram!.Counts);
    }

    [Fact]
    public void Huge_gaps_cost_no_memory_or_time()
    {
        TraceStatistics statistics = TraceStatisticsCollector.Of(Listed.At(0, 1, 9e9));
        Assert.Equal(9e9, statistics.Arrivals!.SpanSeconds);
        Assert.InRange(statistics.Arrivals.Rate.Counts.Count, 1, 512);
    }
}
