using Plimsoll.Core;

namespace Plimsoll.Metrics;

/// <summary>
/// Little's law as book-keeping. One side integrates the number of requests in the system over time, from the instants at which the host
/// lets them in and out; the other adds up the times that their timelines say they spent there. When the system is empty the two agree
/// exactly, in whole nanoseconds; a lost or doubled request, or a stamp that is not the instant of its event, breaks them apart.
/// </summary>
internal struct LittleLaw
{
    private Int128 _area;
    private Int128 _sojourns;
    private long _inSystem;
    private long _last;

    /// <summary>Requests in the system now.</summary>
    public readonly long InSystem => _inSystem;

    /// <summary>A request enters. Instants need not be in order: what is late corrects the integral.</summary>
    public void Enter(Instant at)
    {
        AdvanceTo(at);
        _inSystem++;
        _area += _last - at.Nanoseconds;
    }

    /// <summary>A request leaves at <paramref name="at"/>, and says that it arrived at <paramref name="arrival"/>.</summary>
    public void Leave(Instant arrival, Instant at)
    {
        AdvanceTo(at);
        _inSystem--;
        _area -= _last - at.Nanoseconds;
        _sojourns += (at - arrival).Nanoseconds;
    }

    /// <summary>Adds another account of the same span of time.</summary>
    public void Merge(LittleLaw other)
    {
        AdvanceTo(new Instant(other._last));
        other.AdvanceTo(new Instant(_last));
        _area += other._area;
        _sojourns += other._sojourns;
        _inSystem += other._inSystem;
    }

    /// <summary>The integral until <paramref name="end"/> in request-nanoseconds, requests still in the system included.</summary>
    public readonly Int128 AreaAt(Instant end)
    {
        LittleLaw atEnd = this;
        atEnd.AdvanceTo(end);
        return atEnd._area;
    }

    /// <summary>Compares both sides, if nobody is in the system.</summary>
    /// <exception cref="InvariantBrokenException">They differ.</exception>
    public readonly void Verify() => Invariant.Holds(
        _inSystem != 0 || _area == _sojourns, "the area under the number in system equals the sum of the times spent there");

    private void AdvanceTo(Instant at)
    {
        long elapsed = at.Nanoseconds - _last;
        if (elapsed > 0)
        {
            _area += Math.BigMul(_inSystem, elapsed);
            _last = at.Nanoseconds;
        }
    }
}
