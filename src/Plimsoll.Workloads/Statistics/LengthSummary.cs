namespace Plimsoll.Workloads.Statistics;

/// <summary>Mean, standard deviation (of the values as a population) and percentiles of lengths in tokens.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="StandardDeviation">Standard deviation.</param>
/// <param name="P50">Median.</param>
/// <param name="P90">90th percentile.</param>
/// <param name="P99">99th percentile.</param>
/// <param name="Maximum">Greatest length.</param>
public sealed record LengthSummary(double Mean, double StandardDeviation, double P50, double P90, double P99, double Maximum)
{
    internal static LengthSummary Of(ReadOnlySpan<int> sorted)
    {
        Int128 sum = 0;
        Int128 squares = 0;
        foreach (int value in sorted)
        {
            sum += value;
            squares += (long)value * value;
        }

        double variance = (double)((squares * sorted.Length) - (sum * sum)) / ((double)sorted.Length * sorted.Length);
        return new LengthSummary(
            (double)sum / sorted.Length,
            Math.Sqrt(variance),
            Percentile(sorted, 0.5),
            Percentile(sorted, 0.9),
            Percentile(sorted, 0.99),
            sorted[^1]);
    }

    /// <summary>The value at position p(n − 1) of the sorted values, between neighbours in proportion.</summary>
    internal static double Percentile(ReadOnlySpan<int> sorted, double p)
    {
        double position = p * (sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - (double)sorted[below]) * (position - below));
    }

    /// <summary>The same of real numbers.</summary>
    internal static double Percentile(ReadOnlySpan<double> sorted, double p)
    {
        double position = p * (sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (position - below));
    }
}
