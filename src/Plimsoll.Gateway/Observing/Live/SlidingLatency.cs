using Plimsoll.Core;
using Plimsoll.Metrics;

namespace Plimsoll.Gateway.Observing.Live;

/// <summary>
/// Latencies of the last five minutes, in slices of ten seconds, each a sketch of its own: 31 of 56 KiB at most, whatever the traffic. A
/// window is made of whole slices and the one that runs, so it covers up to ten seconds less than its name says. For one caller at a time.
/// </summary>
internal sealed class SlidingLatency
{
    /// <summary>Length of a slice.</summary>
    public static readonly Duration Slice = Duration.FromMilliseconds(10_000);

    private const int Slices = 31;

    private readonly LatencySketch?[] _sketches = new LatencySketch?[Slices];
    private readonly long[] _numbers = new long[Slices];

    /// <summary>A value, which ends now; instants never go back.</summary>
    public void Add(Duration value, Instant now)
    {
        long number = NumberOf(now);
        int place = (int)(number % Slices);
        if (_sketches[place] is null || _numbers[place] < number)
        {
            (_sketches[place], _numbers[place]) = (new LatencySketch(), number);
        }

        _sketches[place]!.Add(value > Duration.Zero ? value : Duration.Zero);
    }

    /// <summary>What ended in the last so many slices, this one among them: 6 for a minute, 30 for five.</summary>
    public LatencyWindow Over(int slices, Instant now)
    {
        long last = NumberOf(now);
        var all = new LatencySketch();
        for (int place = 0; place < Slices; place++)
        {
            if (_sketches[place] is { } sketch && _numbers[place] > last - slices && _numbers[place] <= last)
            {
                all.Merge(sketch);
            }
        }

        return new LatencyWindow(all.Count, all.MeanSeconds, all.Quantile(0.5), all.Quantile(0.9), all.Quantile(0.99));
    }

    private static long NumberOf(Instant now) => now.Nanoseconds / Slice.Nanoseconds;
}
