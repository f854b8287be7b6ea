namespace Plimsoll.Workloads.Statistics;

/// <summary>Correlation of two columns of equal length.</summary>
internal static class Correlation
{
    /// <summary>Pearson's coefficient; not a number when a column is constant.</summary>
    public static double Pearson(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        Int128 sumA = 0;
        Int128 sumB = 0;
        Int128 squaresA = 0;
        Int128 squaresB = 0;
        Int128 products = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sumA += a[i];
            sumB += b[i];
            squaresA += (long)a[i] * a[i];
            squaresB += (long)b[i] * b[i];
            products += (long)a[i] * b[i];
        }

        double covariance = (double)((products * a.Length) - (sumA * sumB));
        double varianceA = (double)((squaresA * a.Length) - (sumA * sumA));
        double varianceB = (double)((squaresB * a.Length) - (sumB * sumB));
        return covariance / Math.Sqrt(varianceA) / Math.Sqrt(varianceB);
    }

    /// <summary>Spearman's coefficient: Pearson's of the ranks, where equal values share their mean rank.</summary>
    /// <param name="a">One column.</param>
    /// <param name="b">The other.</param>
    /// <param name="sortedA">The first, sorted.</param>
    /// <param name="sortedB">The second, sorted.</param>
    public static double Spearman(ReadOnlySpan<int> a, ReadOnlySpan<int> b, ReadOnlySpan<int> sortedA, ReadOnlySpan<int> sortedB)
    {
        RankTable ranksA = new(sortedA);
        RankTable ranksB = new(sortedB);
        double middle = (a.Length - 1) / 2.0;
        double products = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double rankA = ranksA.Of(a[i]) - middle;
            double rankB = ranksB.Of(b[i]) - middle;
            products += rankA * rankB;
            squaresA += rankA * rankA;
            squaresB += rankB * rankB;
        }

        return products / Math.Sqrt(squaresA) / Math.Sqrt(squaresB);
    }

    /// <summary>The mean rank of each distinct value.</summary>
    private sealed class RankTable
    {
        private readonly List<int> _values = [];
        private readonly List<double> _ranks = [];

        public RankTable(ReadOnlySpan<int> sorted)
        {
            int start = 0;
            for (int i = 1; i <= sorted.Length; i++)
            {
                if (i == sorted.Length || sorted[i] != sorted[start])
                {
                    _values.Add(sorted[start]);
                    _ranks.Add((start + i - 1) / 2.0);
                    start = i;
                }
            }
        }

        public double Of(int value) => _ranks[_values.BinarySearch(value)];
    }
}
