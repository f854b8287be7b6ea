namespace Plimsoll.Calibration.Fitting;

/// <summary>Absolute relative errors of predictions.</summary>
/// <param name="Rows">Rows compared.</param>
/// <param name="Mean">Mean.</param>
/// <param name="Median">Median.</param>
/// <param name="P90">Ninetieth percentile.</param>
/// <param name="Bias">Mean with its sign, predicted / measured − 1: positive when predictions are too slow.</param>
public readonly record struct ErrorSummary(int Rows, double Mean, double Median, double P90, double Bias)
{
    /// <summary>Of signed relative errors; all NaN when there are none.</summary>
    public static ErrorSummary Of(IReadOnlyList<double> signed)
    {
        ArgumentNullException.ThrowIfNull(signed);
        if (signed.Count == 0)
        {
            return new ErrorSummary(0, double.NaN, double.NaN, double.NaN, double.NaN);
        }

        double[] sizes = [.. signed.Select(Math.Abs)];
        Array.Sort(sizes);
        return new ErrorSummary(sizes.Length, sizes.Average(), Percentile(sizes, 0.5), Percentile(sizes, 0.9), signed.Average());
    }

    /// <summary>Linear interpolation between sorted values; 0 when there are none.</summary>
    internal static double Percentile(double[] sorted, double share)
    {
        if (sorted.Length == 0)
        {
            return 0;
        }

        double at = share * (sorted.Length - 1);
        int below = (int)at;
        return below + 1 < sorted.Length ? double.Lerp(sorted[below], sorted[below + 1], at - below) : sorted[below];
    }
}
