using System.Diagnostics;

namespace Plimsoll.Benchmarks.Measuring;

/// <summary>How long single decisions took, each by the clock: the reading of the clock is in every one of them.</summary>
internal sealed class Latencies(int most)
{
    private readonly long[] _ticks = new long[most];
    private bool _sorted;

    /// <summary>What two readings of the clock are apart with nothing between them, nanoseconds, in the middle of many.</summary>
    public static double ClockNanoseconds { get; } = MeasureClock().Percentile(0.5);

    public int Count { get; private set; }

    /// <summary>Decides for a second and does not count it: long enough for the code to have been compiled for good.</summary>
    public static void WarmUp(Action decide)
    {
        for (var watch = Stopwatch.StartNew(); watch.ElapsedMilliseconds < 1_000;)
        {
            decide();
        }
    }

    public void Add(long startTimestamp, long endTimestamp)
    {
        _ticks[Count++] = endTimestamp - startTimestamp;
        _sorted = false;
    }

    /// <summary>The least that at least this fraction, above 0 to 1, did not exceed, in nanoseconds.</summary>
    public double Percentile(double fraction)
    {
        if (!_sorted)
        {
            Array.Sort(_ticks, 0, Count);
            _sorted = true;
        }

        return _ticks[Math.Max(0, (int)Math.Ceiling(fraction * Count) - 1)] * (1e9 / Stopwatch.Frequency);
    }

    private static Latencies MeasureClock()
    {
        var clock = new Latencies(200_000);
        for (int i = 0; i < 200_000; i++)
        {
            clock.Add(Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
        }

        return clock;
    }
}
