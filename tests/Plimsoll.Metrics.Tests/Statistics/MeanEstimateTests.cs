using Plimsoll.Metrics.Statistics;

namespace Plimsoll.Metrics.Tests.Statistics;

public sealed class MeanEstimateTests
{
    [Fact]
    public void The_interval_is_the_textbook_one()
    {
        // Mean 5, deviation √(10/4), t(0.95, 4) = 2.776445.
        MeanEstimate estimate = MeanEstimate.Of([3, 4, 5, 6, 7]);
        Assert.Equal(5, estimate.Mean);
        Assert.Equal(Math.Sqrt(2.5), estimate.StandardDeviation, 1e-12);
        Assert.Equal(2.776445 * Math.Sqrt(2.5 / 5), estimate.HalfWidth, 1e-6);
        Assert.Equal(5, estimate.Count);
        Assert.True(estimate.ExcludesZero);
    }

    [Fact]
    public void Pairing_takes_the_common_variation_out()
    {
        double[] baseline = [10, 20, 30, 40];
        double[] better = [9, 19.1, 28.9, 39];
        MeanEstimate paired = MeanEstimate.OfPairedDifferences(better, baseline);
        Assert.Equal(-1, paired.Mean, 1e-12);
        Assert.True(paired.ExcludesZero);
        Assert.True(paired.HalfWidth < 0.2);
        Assert.False(MeanEstimate.OfPairedDifferences(better, [.. baseline.Reverse()]).ExcludesZero);
    }

    [Fact]
    public void One_replication_has_a_mean_and_no_interval()
    {
        MeanEstimate estimate = MeanEstimate.Of([4.2]);
        Assert.Equal(4.2, estimate.Mean);
        Assert.True(double.IsNaN(estimate.HalfWidth));
        Assert.False(estimate.ExcludesZero);
        Assert.True(double.IsNaN(MeanEstimate.Of([]).Mean));
    }

    [Fact]
    public void Every_value_needs_its_partner() =>
        Assert.Throws<ArgumentException>(() => MeanEstimate.OfPairedDifferences([1, 2], [1]));
}
