namespace Plimsoll.Calibration.Validation;

/// <summary>Percentiles of few values, interpolated linearly between them.</summary>
public static class Percentile
{
    /// <summary>The value at a share from 0 to 1 of ascending values; not a number for none.</summary>
    public static double Of(IReadOnlyList<double> ascending, double share)
    {
        if (ascending.Count == 0)
        {
            return double.NaN;
        }

        double place = share * (ascending.Count - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, ascending.Count - 1);
        return double.Lerp(ascending[below], ascending[above], place - below);
    }
}
