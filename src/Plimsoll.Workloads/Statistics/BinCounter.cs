namespace Plimsoll.Workloads.Statistics;

/// <summary>
/// Counts arrivals in bins of equal width, from the first arrival on, and keeps only what a mean, a peak and a variance need. The last
/// bin, which the trace leaves unfinished, does not count unless it is the only one.
/// </summary>
internal struct BinCounter(long widthNanoseconds)
{
    private long _index;
    private long _inBin;
    private double _bins;
    private double _sum;
    private double _sumOfSquares;
    private long _peak;

    /// <summary>Busiest bin over the mean bin.</summary>
    public readonly double PeakOverMean => _bins == 0 ? 1 : _peak * _bins / _sum;

    /// <summary>Standard deviation of a bin (of the bins as a population) over its mean.</summary>
    public readonly double Variation
    {
        get
        {
            double mean = _sum / _bins;
            return _bins == 0 ? 0 : Math.Sqrt(Math.Max(0, (_sumOfSquares / _bins) - (mean * mean))) / mean;
        }
    }

    public void Add(long sinceFirstNanoseconds)
    {
        long index = sinceFirstNanoseconds / widthNanoseconds;
        if (index > _index)
        {
            _bins += index - _index;
            _sum += _inBin;
            _sumOfSquares += (double)_inBin * _inBin;
            _peak = Math.Max(_peak, _inBin);
            (_index, _inBin) = (index, 0);
        }

        _inBin++;
    }
}
