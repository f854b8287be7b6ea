namespace Plimsoll.Performance.StepTime;

/// <summary>
/// A piecewise linear curve through measured points with whole picoseconds and whole slopes: each piece starts at its point exactly
/// and its slope is cut towards zero, so that the curve never leaves the band of the two points. Beyond the last point it goes on with
/// the last slope (never downwards); below the first it continues the first piece, but not under one picosecond.
/// </summary>
internal sealed class StepCurve
{
    private readonly long[] _at;
    private readonly long[] _value;
    private readonly long[] _slope;

    /// <summary>Points in ascending order of position, at least one, all values at least 1.</summary>
    public StepCurve(IReadOnlyList<(long At, long Picoseconds)> points)
    {
        List<(long At, long Picoseconds)> knots = [.. points];
        if (knots[0].At > 0)
        {
            knots.Insert(0, (0, AtZero(points)));
        }

        _at = [.. knots.Select(knot => knot.At)];
        _value = [.. knots.Select(knot => knot.Picoseconds)];
        _slope = new long[knots.Count];
        for (int i = 0; i + 1 < knots.Count; i++)
        {
            _slope[i] = (_value[i + 1] - _value[i]) / (_at[i + 1] - _at[i]);
        }

        if (knots.Count > 1)
        {
            _slope[^1] = Math.Max(0, _slope[^2]);
        }
    }

    /// <summary>Last measured position.</summary>
    public long LastAt => _at[^1];

    /// <summary>Value at a position.</summary>
    public long ValueAt(long position)
    {
        int piece = PieceOf(position);
        return _value[piece] + (_slope[piece] * (position - _at[piece]));
    }

    /// <summary>The piece that holds at a position: start, value there, slope, last position.</summary>
    public (long Start, long Value, long Slope, long End) PieceAt(long position)
    {
        int piece = PieceOf(position);
        return (_at[piece], _value[piece], _slope[piece], piece + 1 < _at.Length ? _at[piece + 1] - 1 : long.MaxValue);
    }

    private static long AtZero(IReadOnlyList<(long At, long Picoseconds)> points)
    {
        if (points.Count == 1)
        {
            return points[0].Picoseconds;
        }

        long slope = (points[1].Picoseconds - points[0].Picoseconds) / (points[1].At - points[0].At);
        return slope <= 0 ? points[0].Picoseconds : Math.Max(1, points[0].Picoseconds - (slope * points[0].At));
    }

    private int PieceOf(long position)
    {
        int low = 0;
        int high = _at.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_at[middle] <= position)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }
}
