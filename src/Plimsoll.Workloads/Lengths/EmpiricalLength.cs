namespace Plimsoll.Workloads.Lengths;

/// <summary>The lengths of a file, each as often as it occurs there: <c>empirical:FILE#COLUMN</c>.</summary>
public sealed class EmpiricalLength : LengthDistribution
{
    private readonly int[] _sorted;

    /// <summary>Draws from these lengths, each from 1; there must be at least one.</summary>
    public EmpiricalLength(IEnumerable<int> lengths)
    {
        _sorted = [.. lengths];
        ArgumentOutOfRangeException.ThrowIfZero(_sorted.Length, nameof(lengths));
        Array.Sort(_sorted);
        Mean = _sorted.Average();
        Variance = _sorted.Average(length => (length - Mean) * (length - Mean));
    }

    /// <inheritdoc/>
    public override double Mean { get; }

    /// <inheritdoc/>
    public override double Variance { get; }

    /// <inheritdoc/>
    public override int Minimum => _sorted[0];

    /// <inheritdoc/>
    public override int Maximum => _sorted[^1];

    /// <inheritdoc/>
    public override int Quantile(double probability) => _sorted[(int)(probability * _sorted.Length)];

    /// <inheritdoc/>
    public override double CumulativeProbability(int tokens)
    {
        int low = 0;
        int high = _sorted.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = _sorted[middle] <= tokens ? (middle + 1, high) : (low, middle);
        }

        return (double)low / _sorted.Length;
    }
}
