using Plimsoll.Core;

namespace Plimsoll.Metrics;

/// <summary>
/// The time-weighted mean and the peak of a whole number that changes at instants: blocks held, requests running. Exact: the area under
/// it is kept in integers. A mutable value; pass it by reference.
/// </summary>
public struct TimeAverage
{
    private readonly Instant _start;
    private Int128 _area;
    private Instant _last;
    private long _value;
    private long _peak;

    /// <summary>Starts at <paramref name="start"/> with the value zero.</summary>
    public TimeAverage(Instant start) => (_start, _last) = (start, start);

    /// <summary>The value now.</summary>
    public readonly long Value => _value;

    /// <summary>The greatest value so far, and zero at least.</summary>
    public readonly long Peak => _peak;

    /// <summary>Changes the value at <paramref name="now"/>.</summary>
    /// <exception cref="InvariantBrokenException"><paramref name="now"/> is before the last change.</exception>
    public void Set(Instant now, long value)
    {
        _area = AreaAt(now);
        _last = now;
        _value = value;
        _peak = Math.Max(_peak, value);
    }

    /// <summary>Adds area for a value that ran along a known curve since the last change, such as tokens growing by one a step.</summary>
    /// <param name="now">End of the stretch.</param>
    /// <param name="area">Sum over the stretch of value times nanoseconds.</param>
    /// <param name="value">The value at its end.</param>
    /// <param name="peak">The greatest value along it.</param>
    /// <exception cref="InvariantBrokenException"><paramref name="now"/> is before the last change.</exception>
    public void Follow(Instant now, Int128 area, long value, long peak)
    {
        Invariant.Holds(now >= _last, "a time average moves forward");
        _area += area;
        _last = now;
        _value = value;
        _peak = Math.Max(_peak, peak);
    }

    /// <summary>The mean from the start until <paramref name="now"/>; the value itself when no time has passed.</summary>
    /// <exception cref="InvariantBrokenException"><paramref name="now"/> is before the last change.</exception>
    public readonly double MeanAt(Instant now) =>
        now == _start ? _value : (double)AreaAt(now) / (now - _start).Nanoseconds;

    private readonly Int128 AreaAt(Instant now)
    {
        Invariant.Holds(now >= _last, "a time average moves forward");
        return _area + Math.BigMul(_value, (now - _last).Nanoseconds);
    }
}
