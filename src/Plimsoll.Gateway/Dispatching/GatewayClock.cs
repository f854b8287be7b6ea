using Plimsoll.Core;

namespace Plimsoll.Gateway.Dispatching;

/// <summary>The gateway's time: nanoseconds since it started, never backwards.</summary>
public sealed class GatewayClock
{
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

    /// <summary>Ends at an instant, or a little later.</summary>
    public Task Until(Instant instant)
    {
        double milliseconds = Math.Ceiling((instant - Now).Seconds * 1e3);
        return milliseconds <= 0 ? Task.CompletedTask : Task.Delay(TimeSpan.FromMilliseconds(Math.Min(milliseconds, 60_000)), _time);
    }
}
