namespace Plimsoll.Workloads.Statistics;

/// <summary>Fills a <see cref="RateSeries"/> in fixed memory: when the bins run out, neighbours are merged.</summary>
internal sealed class RateSeriesBuilder
{
    private const int MaxBins = 512;
    private readonly long[] _counts = new long[MaxBins];
    private long _width = 1_000_000_000;
    private int _used;

    public void Add(long sinceFirstNanoseconds)
    {
        while (sinceFirstNanoseconds / _width >= MaxBins)
        {
            Merge();
        }

        int index = (int)(sinceFirstNanoseconds / _width);
        _counts[index]++;
        _used = Math.Max(_used, index + 1);
    }

    public RateSeries Build() => new(_width / 1e9, _counts[.._used]);

    private void Merge()
    {
        for (int i = 0; i < MaxBins / 2; i++)
        {
            _counts[i] = _counts[2 * i] + _counts[(2 * i) + 1];
        }

        Array.Clear(_counts, MaxBins / 2, MaxBins / 2);
        _used = (_used + 1) / 2;
        _width *= 2;
    }
}
