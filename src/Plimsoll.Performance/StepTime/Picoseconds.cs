namespace Plimsoll.Performance.StepTime;

/// <summary>The unit in which step times are quantised: fine enough for one context token, coarse enough for 100 days in 64 bits.</summary>
public static class Picoseconds
{
    /// <summary>Picoseconds in a nanosecond.</summary>
    public const long PerNanosecond = 1_000;

    /// <summary>Rounds a cost in seconds to whole picoseconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, not finite, or beyond 1,000 s.</exception>
    public static long FromSeconds(double seconds)
    {
        if (!double.IsFinite(seconds) || seconds < 0 || seconds > 1_000)
        {
            throw new ArgumentOutOfRangeException(nameof(seconds), seconds, "a cost is a number of seconds between 0 and 1,000");
        }

        return (long)Math.Round(seconds * 1e12);
    }
}
