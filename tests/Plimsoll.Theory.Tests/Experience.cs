using Plimsoll.Core;
using Plimsoll.Metrics;
using Plimsoll.Simulation;

namespace Plimsoll.Theory.Tests;

/// <summary>What requests experienced, summed as they end; those from before the end of the warm-up count for Little's law only.</summary>
internal sealed class Experience(Instant warmUpEnd) : IRunObserver
{
    private readonly List<(long At, int Change)> _changes = [];
    private Int128 _allSojourns;
    private long _requests;
    private long _waited;
    private Int128 _sojourns;
    private Int128 _waits;

    public double MeanSojournSeconds => (double)_sojourns / _requests / 1e9;

    public double MeanWaitSeconds => (double)_waits / _requests / 1e9;

    public double FractionWaited => (double)_waited / _requests;

    public void Ended(in RequestTimeline timeline)
    {
        long sojourn = (timeline.Finished - timeline.Arrival).Nanoseconds;
        _allSojourns += sojourn;
        _changes.Add((timeline.Arrival.Nanoseconds, 1));
        _changes.Add((timeline.Finished.Nanoseconds, -1));
        if (timeline.Arrival < warmUpEnd)
        {
            return;
        }

        long wait = (timeline.Scheduled - timeline.Arrival).Nanoseconds;
        _requests++;
        _sojourns += sojourn;
        _waits += wait;
        _waited += wait > 0 ? 1 : 0;
    }

    public bool Continue(Instant now, long arrived, long ended) => true;

    /// <summary>
    /// Little's law, L = λ W, as an identity of a run that starts and ends empty (Stidham 1974): the area under the number in system is the
    /// sum of the times spent in it, in whole nanoseconds.
    /// </summary>
    public void AssertLittleLaw(MetricsCollector metrics)
    {
        Int128 area = 0;
        long inSystem = 0;
        long last = 0;
        foreach ((long at, int change) in _changes.OrderBy(c => c.At))
        {
            area += (Int128)inSystem * (at - last);
            (inSystem, last) = (inSystem + change, at);
        }

        Assert.Equal(0, inSystem);
        Assert.Equal(_allSojourns, area);
        double elapsed = metrics.Elapsed.Nanoseconds;
        double rate = metrics.Counts.Completed / elapsed;
        double meanSojourn = (double)metrics.E2e.SumNanoseconds / metrics.E2e.Count;
        Assert.Equal((double)area / elapsed, metrics.MeanInSystem, 1e-9 * metrics.MeanInSystem);
        Assert.Equal(rate * meanSojourn, metrics.MeanInSystem, 1e-9 * metrics.MeanInSystem);
    }
}
