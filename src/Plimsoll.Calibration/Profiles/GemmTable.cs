namespace Plimsoll.Calibration.Profiles;

/// <summary>
/// Times of matrix products [m,k]×[k,n] by shape of the weights. A shape that was not timed is interpolated, for each m, in n and in k
/// between the nearest that were; beyond the largest, in proportion.
/// </summary>
internal sealed class GemmTable
{
    private readonly Dictionary<(long N, long K), OperatorCurve> _shapes;
    private readonly long[] _n;
    private readonly long[] _k;

    public GemmTable(Dictionary<(long N, long K), List<(double At, double Seconds)>> shapes)
    {
        _shapes = shapes.ToDictionary(shape => shape.Key, shape => new OperatorCurve(shape.Value));
        _n = [.. shapes.Keys.Select(shape => shape.N).Distinct().Order()];
        _k = [.. shapes.Keys.Select(shape => shape.K).Distinct().Order()];
    }

    /// <summary>Seconds by m for weights of this shape.</summary>
    public OperatorCurve Curve(long n, long k)
    {
        if (_shapes.TryGetValue((n, k), out OperatorCurve? measured))
        {
            return measured;
        }

        IEnumerable<double> sizes = _shapes.Values.SelectMany(curve => curve.Positions).Distinct();
        return new OperatorCurve(sizes.Select(m => (m, Between(m, n, k))));
    }

    private double Between(double m, long n, long k)
    {
        (long below, long above) = Around(_k, k);
        if (below == above)
        {
            return InColumns(m, n, below) * Math.Max(1, (double)k / below);
        }

        return double.Lerp(InColumns(m, n, below), InColumns(m, n, above), (k - below) / (double)(above - below));
    }

    private double InColumns(double m, long n, long k)
    {
        long[] here = [.. _n.Where(each => _shapes.ContainsKey((each, k)))];
        (long below, long above) = Around(here, n);
        return below == above
            ? _shapes[(below, k)].At(m) * Math.Max(1, (double)n / below)
            : double.Lerp(_shapes[(below, k)].At(m), _shapes[(above, k)].At(m), (n - below) / (double)(above - below));
    }

    private static (long Below, long Above) Around(long[] ascending, long value)
    {
        int at = Array.FindIndex(ascending, each => each >= value);
        return at switch
        {
            < 0 => (ascending[^1], ascending[^1]),
            0 => (ascending[0], ascending[0]),
            _ => ascending[at] == value ? (value, value) : (ascending[at - 1], ascending[at]),
        };
    }
}
