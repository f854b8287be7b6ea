using System.Runtime.InteropServices;
using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Serving.Barrier;

/// <summary>
/// Turns boundaries between steps into instants. Boundaries are counted from 0; steps that follow each other on one line are one entry, so
/// that a leap costs no more than a step. Entries are dropped when nobody asks for their boundaries any more.
/// </summary>
internal sealed class LockstepClock
{
    private readonly List<Run> _past = [];

    /// <summary>The boundary at which the group stands.</summary>
    public long Boundary { get; private set; }

    /// <summary>When that is, exactly.</summary>
    public StepInstant Now { get; private set; }

    /// <summary>Entries kept.</summary>
    public int Entries => _past.Count;

    /// <summary>Time of the first steps of an arithmetic series, exact.</summary>
    public static long Sum(long first, long growth, long steps) => (steps * first) + (growth * (steps * (steps - 1) / 2));

    /// <summary>
    /// The most steps of such a series, up to <paramref name="most"/>, whose sum is below <paramref name="picoseconds"/>.
    /// </summary>
    public static long StepsBelow(long picoseconds, long first, long growth, long most)
    {
        // Sums grow with the steps, as no step is shorter than a picosecond.
        long low = 0;
        long high = most;
        while (low < high)
        {
            long middle = low + ((high - low + 1) / 2);
            (low, high) = Sum(first, growth, middle) < picoseconds ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    /// <summary>
    /// So many steps go by, the first of <paramref name="first"/> picoseconds and each longer by <paramref name="growth"/>.
    /// </summary>
    public void Step(long steps, long first, long growth)
    {
        _past.Add(new Run(Boundary, Now, first, growth));
        Boundary += steps;
        Now = Now.Plus(Sum(first, growth, steps));
    }

    /// <summary>
    /// Time passes in which nobody has work, until <paramref name="instant"/>: a boundary of its own, from which steps go on.
    /// </summary>
    /// <returns>How long that was, in picoseconds.</returns>
    public long Rest(Instant instant)
    {
        Boundary++;
        StepInstant before = Now;
        Now = StepInstant.Later(StepInstant.At(instant), Now);
        return ((Now.Nanoseconds - before.Nanoseconds) * Picoseconds.PerNanosecond) + Now.Picoseconds - before.Picoseconds;
    }

    /// <summary>The instant of a boundary that is not after this one and not forgotten; never for never.</summary>
    public Instant At(Instant boundary)
    {
        if (boundary == Instant.Never)
        {
            return boundary;
        }

        if (boundary.Nanoseconds == Boundary)
        {
            return Now.Stamp;
        }

        Span<Run> past = CollectionsMarshal.AsSpan(_past);
        int low = 0;
        int high = past.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = past[middle].Boundary <= boundary.Nanoseconds ? (middle, high) : (low, middle - 1);
        }

        ref readonly Run run = ref past[low];
        return run.Start.Plus(Sum(run.First, run.Growth, boundary.Nanoseconds - run.Boundary)).Stamp;
    }

    /// <summary>Forgets what lies before <paramref name="boundary"/>.</summary>
    public void ForgetBefore(Instant boundary)
    {
        int gone = 0;
        while (gone + 1 < _past.Count && _past[gone + 1].Boundary <= boundary.Nanoseconds)
        {
            gone++;
        }

        _past.RemoveRange(0, gone);
    }

    private readonly record struct Run(long Boundary, StepInstant Start, long First, long Growth);
}
