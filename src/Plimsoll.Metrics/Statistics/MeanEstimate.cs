namespace Plimsoll.Metrics.Statistics;

/// <summary>The mean of independent replications and how far it may be off.</summary>
/// <param name="Mean">Their mean; not a number when there are none.</param>
/// <param name="HalfWidth">
/// Half the width of the 95 % confidence interval by Student's t: the true mean lies within ± this with that confidence, provided
/// the replications are independent and roughly normal. Not a number below two replications.
/// </param>
/// <param name="StandardDeviation">Sample standard deviation; not a number below two replications.</param>
/// <param name="Count">Replications.</param>
public readonly record struct MeanEstimate(double Mean, double HalfWidth, double StandardDeviation, int Count)
{
    /// <summary>The confidence of the interval.</summary>
    public const double Confidence = 0.95;

    /// <summary>Lower end of the interval.</summary>
    public double Low => Mean - HalfWidth;

    /// <summary>Upper end of the interval.</summary>
    public double High => Mean + HalfWidth;

    /// <summary>Whether there is an interval and zero lies outside it.</summary>
    public bool ExcludesZero => Low > 0 || High < 0;

    /// <summary>The estimate from one value per replication. Values that are not numbers make the estimate not a number.</summary>
    public static MeanEstimate Of(ReadOnlySpan<double> values)
    {
        double mean = MeanOf(values);
        if (values.Length < 2)
        {
            return new MeanEstimate(mean, double.NaN, double.NaN, values.Length);
        }

        double squares = 0;
        foreach (double value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        double deviation = Math.Sqrt(squares / (values.Length - 1));
        double halfWidth = StudentT.CriticalValue(Confidence, values.Length - 1) * deviation / Math.Sqrt(values.Length);
        return new MeanEstimate(mean, halfWidth, deviation, values.Length);
    }

    /// <summary>
    /// The mean of <paramref name="values"/> − <paramref name="baseline"/>, pair by pair. Replications that faced the same traffic are
    /// paired, which takes the traffic's own variation out of the interval.
    /// </summary>
    /// <exception cref="ArgumentException">The two have different lengths.</exception>
    public static MeanEstimate OfPairedDifferences(ReadOnlySpan<double> values, ReadOnlySpan<double> baseline)
    {
        if (values.Length != baseline.Length)
        {
            throw new ArgumentException("Each value needs its partner.", nameof(baseline));
        }

        double[] differences = new double[values.Length];
        for (int i = 0; i < differences.Length; i++)
        {
            differences[i] = values[i] - baseline[i];
        }

        return Of(differences);
    }

    private static double MeanOf(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return values.Length == 0 ? double.NaN : sum / values.Length;
    }
}
