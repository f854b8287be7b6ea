using Plimsoll.Core;

namespace Plimsoll.Serving.Replica;

/// <summary>
/// The end of a step, exact to the picosecond: step times are whole picoseconds, so sums over many steps lose nothing, and the
/// whole range of <see cref="Instant"/> remains.
/// </summary>
/// <param name="Nanoseconds">Whole nanoseconds.</param>
/// <param name="Picoseconds">The rest, 0 to 999.</param>
internal readonly record struct StepInstant(long Nanoseconds, int Picoseconds)
{
    /// <summary>The stamp others see: the exact instant, rounded down to its nanosecond.</summary>
    public Instant Stamp => new(Nanoseconds);

    public static StepInstant At(Instant instant) => new(instant.Nanoseconds, 0);

    public static StepInstant Later(StepInstant a, StepInstant b) =>
        a.Nanoseconds != b.Nanoseconds ? (a.Nanoseconds > b.Nanoseconds ? a : b)
        : a.Picoseconds > b.Picoseconds ? a : b;

    public StepInstant Plus(long picoseconds)
    {
        ulong total = (ulong)(Picoseconds + picoseconds);
        ulong nanoseconds = total / (ulong)Plimsoll.Performance.StepTime.Picoseconds.PerNanosecond;
        return new(Nanoseconds + (long)nanoseconds, (int)(total - (nanoseconds * (ulong)Plimsoll.Performance.StepTime.Picoseconds.PerNanosecond)));
    }
}
