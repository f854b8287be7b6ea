using Plimsoll.Core;
using Plimsoll.Metrics.Statistics;

namespace Plimsoll.Theory.Tests;

/// <summary>A 99 % confidence interval by Student's t over independent replications.</summary>
internal readonly record struct Interval(double Low, double High)
{
    private const double Confidence = 0.99;
    private const int Replications = 20;

    /// <summary>One value from each of twenty replications, which differ in their seed only.</summary>
    public static double[] Replicate(ulong seed, Func<RandomTree, double> run) =>
        [.. Enumerable.Range(0, Replications).Select(i => run(new RandomTree(seed).Replication(i)))];

    public static Interval Of(double[] values)
    {
        MeanEstimate estimate = MeanEstimate.Of(values);
        double halfWidth = StudentT.CriticalValue(Confidence, values.Length - 1) * estimate.StandardDeviation / Math.Sqrt(values.Length);
        return new(estimate.Mean - halfWidth, estimate.Mean + halfWidth);
    }

    /// <summary>The theory lies inside, and the interval is narrow enough for that to mean something.</summary>
    public static void AssertCovers(double theory, double[] values)
    {
        Interval interval = Of(values);
        string found = $"theory says {theory:g6}, simulation {interval.Low:g6} to {interval.High:g6}";
        Assert.True(interval.Low <= theory && theory <= interval.High, found);
        Assert.True(interval.High - interval.Low < 0.1 * theory, $"{found}, which is too wide to tell");
    }
}
