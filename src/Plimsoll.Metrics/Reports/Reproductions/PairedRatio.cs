using Plimsoll.Metrics.Statistics;

namespace Plimsoll.Metrics.Reports.Reproductions;

/// <summary>Ratios to a baseline that met the same jobs, seed by seed.</summary>
/// <param name="Baseline">Name of the baseline.</param>
/// <param name="Mean">Mean of the ratios, not the ratio of the means.</param>
/// <param name="Least">The least ratio of any seed.</param>
/// <param name="Greatest">The greatest ratio of any seed.</param>
public readonly record struct PairedRatio(string Baseline, MeanEstimate Mean, double Least, double Greatest)
{
    /// <summary>The ratios <paramref name="values"/> / <paramref name="baseline"/>, pair by pair.</summary>
    /// <exception cref="ArgumentException">The two have different lengths.</exception>
    public static PairedRatio Of(string name, ReadOnlySpan<double> values, ReadOnlySpan<double> baseline)
    {
        if (values.Length != baseline.Length)
        {
            throw new ArgumentException("Each value needs its partner.", nameof(baseline));
        }

        double[] ratios = new double[values.Length];
        (double least, double greatest) = (double.PositiveInfinity, double.NegativeInfinity);
        for (int i = 0; i < ratios.Length; i++)
        {
            ratios[i] = values[i] / baseline[i];
            least = Math.Min(least, ratios[i]);
            greatest = Math.Max(greatest, ratios[i]);
        }

        return new PairedRatio(name, MeanEstimate.Of(ratios), least, greatest);
    }
}
