using System.Diagnostics;

namespace Plimsoll.LoadGen.Timing;

/// <summary>Nanoseconds since the start of a run, by the monotonic clock.</summary>
internal sealed class RunClock
{
    private static readonly double Scale = 1e9 / Stopwatch.Frequency;

    private readonly long _start;

    private RunClock(long start) => _start = start;

    /// <summary>Nanoseconds since the start; negative before it.</summary>
    public long Now => Nanoseconds(Stopwatch.GetTimestamp() - _start);

    /// <summary>A clock that stands at zero after this time.</summary>
    public static RunClock StartingIn(TimeSpan time) => new(Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency));

    private static long Nanoseconds(long ticks) => Stopwatch.Frequency == 1_000_000_000 ? ticks : (long)(ticks * Scale);
}
