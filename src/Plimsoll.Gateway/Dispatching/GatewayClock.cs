using Plimsoll.Core;

namespace Plimsoll.Gateway.Dispatching;

/// <summary>The gateway's time: nanoseconds since it started, never backwards.</summary>
public sealed class GatewayClock
{
    // Timers take no more than 49 days.
    private const double MostMilliseconds = 24 * 3600 * 1000;

    private readonly TimeProvider _time;
    private readonly long _started;
    private Instant _last = Instant.Zero;

    /// <summary>A clock that starts now.</summary>
    public GatewayClock(TimeProvider time)
    {
        _time = time;
        _started = time.GetTimestamp();
        StartedAt = time.GetUtcNow();
    }

    /// <summary>The calendar time at which it started.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>Now.</summary>
    public Instant Now => new(_time.GetElapsedTime(_started).Ticks * 100);

    /// <summary>The instant of the next event: now, and never before an instant that it gave already. For one caller.</summary>
    public Instant Next() => _last = Now > _last ? Now : _last;

    /// <summary>A timer that is not set yet.</summary>
    public ITimer Alarm(Action ring) =>
        _time.CreateTimer(static action => ((Action)action!)(), ring, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Lets a timer ring at an instant or a little later, once; never for <see cref="Instant.Never"/>.</summary>
    public void Set(ITimer alarm, Instant instant) =>
        alarm.Change(instant == Instant.Never ? Timeout.InfiniteTimeSpan : TimeLeft(instant), Timeout.InfiniteTimeSpan);

    private TimeSpan TimeLeft(Instant instant) =>
        TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling((instant - Now).Seconds * 1e3), 0, MostMilliseconds));
}
