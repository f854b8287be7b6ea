using FsCheck;
using FsCheck.Fluent;
using Plimsoll.Core;

namespace Plimsoll.Metrics.Tests;

public sealed class LatencySketchTests
{
    private static readonly double[] Quantiles = [0, 0.001, 0.1, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

    /// <summary>Nanoseconds of every magnitude: a number of bits first, then a value of that many.</summary>
    private static readonly Gen<long> AnyMagnitude =
        from bits in Gen.Choose(0, 62)
        from high in Gen.Choose(0, int.MaxValue)
        from low in Gen.Choose(0, int.MaxValue)
        select (((long)high << 31) | (long)low) >> (62 - bits);

    private static readonly Arbitrary<long[]> AnyValues = Gen.NonEmptyListOf(AnyMagnitude).Select(list => list.ToArray()).ToArbitrary();

    [Fact]
    public void Quantiles_are_those_of_the_sorted_values_within_the_stated_error() =>
        Prop.ForAll(AnyValues, values =>
        {
            LatencySketch sketch = SketchOf(values);
            long[] sorted = [.. values.Order()];
            return Quantiles.All(q =>
            {
                double exact = QuantileOfSorted(sorted, q);
                return Math.Abs(sketch.Quantile(q) - exact) <= (exact * LatencySketch.RelativeError) + 1e-18;
            });
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Count_sum_least_and_greatest_are_exact() =>
        Prop.ForAll(AnyValues, values =>
        {
            LatencySketch sketch = SketchOf(values);
            UInt128 sum = values.Aggregate(UInt128.Zero, (total, value) => total + (ulong)value);
            return sketch.Count == values.Length && sketch.SumNanoseconds == sum
                && sketch.Min.Nanoseconds == values.Min() && sketch.Max.Nanoseconds == values.Max();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Points_of_the_distribution_are_exact() =>
        Prop.ForAll(AnyValues, values =>
        {
            IReadOnlyList<CdfPoint> points = SketchOf(values).Cdf();
            return points[0].Fraction == 0 && points[^1].Fraction == 1 && points[^1].Seconds == values.Max() / 1e9
                && points.Skip(1).All(point => Near(point.Fraction, (double)values.Count(v => v / 1e9 <= point.Seconds) / values.Length));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Merging_equals_seeing_both() =>
        Prop.ForAll(AnyValues, AnyValues, (first, second) =>
        {
            LatencySketch merged = SketchOf(first);
            merged.Merge(SketchOf(second));
            return Same(merged, SketchOf([.. first, .. second]));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_weight_equals_repetition()
    {
        LatencySketch weighted = new();
        LatencySketch repeated = new();
        weighted.Add(new Duration(37_200_000), 5);
        weighted.Add(new Duration(12), 0);
        for (int i = 0; i < 5; i++)
        {
            repeated.Add(new Duration(37_200_000));
        }

        Assert.True(Same(weighted, repeated));
        Assert.Equal(new Duration(37_200_000), weighted.Min);
    }

    [Fact]
    public void Buckets_count_beyond_thirty_two_bits()
    {
        LatencySketch sketch = new();
        sketch.Add(new Duration(1_000_000), uint.MaxValue);
        sketch.Add(new Duration(1_000_000));
        sketch.Add(new Duration(9_000_000), 3L << 32);
        sketch.Add(new Duration(9_000_000), uint.MaxValue);
        sketch.Merge(sketch);

        Assert.Equal(2 * ((1L << 32) + (3L << 32) + uint.MaxValue), sketch.Count);
        Assert.Equal(0.001, sketch.Quantile(0.19), 0.001 * LatencySketch.RelativeError);
        Assert.Equal(0.009, sketch.Quantile(0.21), 0.009 * LatencySketch.RelativeError);
        Assert.Equal(0.2, sketch.Cdf()[1].Fraction, 1e-9);
    }

    [Fact]
    public void Equal_values_are_read_back_exactly()
    {
        LatencySketch sketch = new();
        sketch.Add(new Duration(37_212_345), 1000);
        Assert.All(Quantiles, q => Assert.Equal(0.037212345, sketch.Quantile(q), 1e-18));
        Assert.Equal(0.037212345, sketch.MeanSeconds, 1e-18);
    }

    [Fact]
    public void Small_values_and_the_largest_have_their_place()
    {
        LatencySketch sketch = SketchOf([0, 0, 1, 511, long.MaxValue]);
        Assert.Equal(0, sketch.Quantile(0.25));
        Assert.Equal(1e-9, sketch.Quantile(0.5));
        Assert.Equal(511e-9, sketch.Quantile(0.75), 1e-18);
        Assert.Equal(long.MaxValue / 1e9, sketch.Quantile(1));
    }

    [Fact]
    public void An_empty_sketch_has_no_quantiles()
    {
        LatencySketch sketch = new();
        sketch.Merge(new LatencySketch());
        Assert.True(double.IsNaN(sketch.Quantile(0.5)));
        Assert.True(double.IsNaN(sketch.MeanSeconds));
        Assert.Empty(sketch.Cdf());
        Assert.Equal(Duration.Zero, sketch.Max);
    }

    [Fact]
    public void Negative_values_and_fractions_outside_are_refused()
    {
        LatencySketch sketch = SketchOf([5]);
        Assert.Throws<ArgumentOutOfRangeException>(() => sketch.Add(new Duration(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => sketch.Add(new Duration(1), -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => sketch.Quantile(1.01));
        Assert.Throws<ArgumentOutOfRangeException>(() => sketch.Quantile(double.NaN));
        Assert.Equal(1, sketch.Count);
    }

    [Fact]
    public void Adding_allocates_nothing()
    {
        LatencySketch sketch = SketchOf([1]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (long value = 1; value < 1L << 40; value = (value * 3) + 1)
        {
            sketch.Add(new Duration(value));
            sketch.Add(new Duration(value), 7);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    internal static bool Same(LatencySketch a, LatencySketch b) =>
        a.Count == b.Count && a.SumNanoseconds == b.SumNanoseconds && a.Min == b.Min && a.Max == b.Max && a.Cdf().SequenceEqual(b.Cdf());

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-12;

    private static LatencySketch SketchOf(long[] values)
    {
        LatencySketch sketch = new();
        foreach (long value in values)
        {
            sketch.Add(new Duration(value));
        }

        return sketch;
    }

    private static double QuantileOfSorted(long[] sorted, double q)
    {
        double rank = q * (sorted.Length - 1);
        int below = (int)rank;
        double lower = sorted[below];
        double upper = sorted[Math.Min(below + 1, sorted.Length - 1)];
        return (lower + ((upper - lower) * (rank - below))) / 1e9;
    }
}
