using Plimsoll.Core;

namespace Plimsoll.Gateway.Emulation;

/// <summary>Engine time: the wall clock, faster or slower, from 0 on. For one caller.</summary>
internal sealed class EmulatorClock
{
    private readonly TimeProvider _time;
    private long _since;
    private Instant _from = Instant.Zero;

    public EmulatorClock(TimeProvider time, double rate)
    {
        (_time, Rate) = (time, rate);
        _since = time.GetTimestamp();
    }

    /// <summary>Seconds of engine time in a second of the wall clock; 0 when it stands still.</summary>
    public double Rate { get; private set; }

    public Instant Now
    {
        get
        {
            long nanoseconds = _time.GetElapsedTime(_since).Ticks * TimeSpan.NanosecondsPerTick;
            return _from + new Duration(Rate == 1 ? nanoseconds : (long)(nanoseconds * Rate));
        }
    }

    public void SetRate(double rate)
    {
        _from = Now;
        _since = _time.GetTimestamp();
        Rate = rate;
    }

    /// <summary>Time on the wall clock until an instant, in whole milliseconds, rounded up; infinite when it does not come.</summary>
    public TimeSpan WallUntil(Instant instant)
    {
        if (instant == Instant.Never || Rate == 0)
        {
            return Timeout.InfiniteTimeSpan;
        }

        double milliseconds = Math.Ceiling((instant - Now).Nanoseconds / (Rate * 1e6));
        return TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, 60_000));
    }
}
