namespace Plimsoll.Calibration.Profiles;

/// <summary>
/// Seconds of an operator by its size: linear between the sizes measured, the median of repeats at each; beyond the last, in proportion to
/// the last two (never downwards); below the first, as at the first.
/// </summary>
internal sealed class OperatorCurve
{
    private readonly double[] _at;
    private readonly double[] _seconds;

    public OperatorCurve(IEnumerable<(double At, double Seconds)> points)
    {
        (double At, double Seconds)[] merged =
        [
            .. points.GroupBy(point => point.At)
                .Select(group => (group.Key, Median([.. group.Select(point => point.Seconds)])))
                .OrderBy(point => point.Key),
        ];
        _at = [.. merged.Select(point => point.At)];
        _seconds = [.. merged.Select(point => point.Seconds)];
    }

    public IReadOnlyList<double> Positions => _at;

    public double At(double size)
    {
        int above = Array.BinarySearch(_at, size);
        if (above >= 0)
        {
            return _seconds[above];
        }

        above = ~above;
        if (above == 0 || _at.Length == 1)
        {
            return _seconds[0];
        }

        if (above == _at.Length)
        {
            double slope = Math.Max(0, (_seconds[^1] - _seconds[^2]) / (_at[^1] - _at[^2]));
            return _seconds[^1] + (slope * (size - _at[^1]));
        }

        return double.Lerp(_seconds[above - 1], _seconds[above], (size - _at[above - 1]) / (_at[above] - _at[above - 1]));
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        int middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
