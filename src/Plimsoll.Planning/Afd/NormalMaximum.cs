using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Planning.Afd;

/// <summary>
/// The greatest of r independent standard normal variables, Z₍ᵣ₎, whose distribution is Φ(x)ʳ. Integrals are Gauss–Legendre sums of eight
/// points on panels of half a unit; absolute error below 1e-12.
/// </summary>
public static class NormalMaximum
{
    // Φ(−9) is 1e-19 and Φ(12)ʳ is 1 to the last bit for any r that fits an int.
    private const double Lowest = -9;
    private const double Highest = 12;
    private const double PanelWidth = 0.5;

    private static readonly (double Offset, double Weight)[] Points =
    [
        (0.1834346424956498, 0.3626837833783620),
        (0.5255324099163290, 0.3137066458778873),
        (0.7966664774136267, 0.2223810344533745),
        (0.9602898564975363, 0.1012285362903763),
    ];

    /// <summary>κ_r = E[Z₍ᵣ₎]: 0, 0.5642, 0.8463, 1.0294, …; about √(2 ln r) for large r.</summary>
    /// <param name="count">r, from 1.</param>
    public static double Mean(int count) => Lowest + ExcessOver(Lowest, count);

    /// <summary>E[max(Z₍ᵣ₎ − z, 0)] = ∫ from z to ∞ of 1 − Φ(x)ʳ.</summary>
    /// <param name="threshold">z; infinity gives 0.</param>
    /// <param name="count">r, from 1.</param>
    public static double ExcessOver(double threshold, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (threshold >= Highest)
        {
            return 0;
        }

        // Below the lowest point that matters nothing is: 1 − Φʳ is 1 there.
        double from = Math.Max(threshold, Lowest);
        double sum = from - threshold;
        int panels = (int)Math.Ceiling((Highest - from) / PanelWidth);
        double half = (Highest - from) / panels / 2;
        for (int panel = 0; panel < panels; panel++)
        {
            double middle = from + (half * ((2 * panel) + 1));
            foreach ((double offset, double weight) in Points)
            {
                sum += half * weight * (Exceedance(middle - (half * offset), count) + Exceedance(middle + (half * offset), count));
            }
        }

        return sum;
    }

    private static double Exceedance(double x, int count) => 1 - Math.Pow(NormalCurve.Cumulative(x), count);
}
