using System.Globalization;

namespace Plimsoll.Core;

/// <summary>A point in time: whole nanoseconds since the start of a run, or since a host's epoch.</summary>
/// <param name="Nanoseconds">Whole nanoseconds since the start.</param>
public readonly record struct Instant(long Nanoseconds) : IComparable<Instant>
{
    /// <summary>The start of the run.</summary>
    public static Instant Zero => default;

    /// <summary>Later than everything that happens.</summary>
    public static Instant Never => new(long.MaxValue);

    /// <summary>The value in seconds, for reports; never feed it back into a clock.</summary>
    public double Seconds => Nanoseconds / 1e9;

    /// <summary>Rounds to the nearest nanosecond, halves to even.</summary>
    /// <exception cref="OverflowException">Beyond ±292 years, or not a number.</exception>
    public static Instant FromSeconds(double seconds) => new(checked((long)Math.Round(seconds * 1e9)));

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>A later instant.</summary>
    public static Instant operator +(Instant a, Duration b) => new(checked(a.Nanoseconds + b.Nanoseconds));

    /// <summary>An earlier instant.</summary>
    public static Instant operator -(Instant a, Duration b) => new(checked(a.Nanoseconds - b.Nanoseconds));

    /// <summary>Time from <paramref name="b"/> to <paramref name="a"/>.</summary>
    public static Duration operator -(Instant a, Instant b) => new(checked(a.Nanoseconds - b.Nanoseconds));

    /// <summary>Earlier than.</summary>
    public static bool operator <(Instant a, Instant b) => a.Nanoseconds < b.Nanoseconds;

    /// <summary>Later than.</summary>
    public static bool operator >(Instant a, Instant b) => a.Nanoseconds > b.Nanoseconds;

    /// <summary>Not later than.</summary>
    public static bool operator <=(Instant a, Instant b) => a.Nanoseconds <= b.Nanoseconds;

    /// <summary>Not earlier than.</summary>
    public static bool operator >=(Instant a, Instant b) => a.Nanoseconds >= b.Nanoseconds;

    /// <inheritdoc/>
    public override string ToString() =>
        this == Never ? "never" : Seconds.ToString("0.#########", CultureInfo.InvariantCulture) + " s";
}
