using Plimsoll.Core;

namespace Plimsoll.Workloads.Arrivals;

/// <summary>Arrivals that do not wait for anybody: each time follows from the one before, the request's number, and dice.</summary>
public abstract record OpenArrivals : ArrivalProcess
{
    /// <summary>Long-run arrivals per second; positive infinity when all come at once.</summary>
    public abstract double RatePerSecond { get; }

    /// <summary>
    /// When request <paramref name="index"/> (0-based) arrives. The clock starts at zero and the first gap counts, except where the
    /// process says otherwise. <see cref="Instant.Never"/> once the clock has run out.
    /// </summary>
    /// <param name="previous">Arrival of the request before, <see cref="Instant.Zero"/> for the first.</param>
    /// <param name="index">How many came before.</param>
    /// <param name="random">The dice for arrivals.</param>
    public abstract Instant Next(Instant previous, long index, ref RandomStream random);

    /// <inheritdoc/>
    public override IRequestSource ApplyTo(IRequestSource requests, RandomTree random) => new Rearrived(requests, this, random);

    /// <summary>Adds a gap; <see cref="Instant.Never"/> beyond the end of the clock.</summary>
    protected static Instant After(Instant previous, double gapSeconds)
    {
        double gap = gapSeconds * 1e9;
        return gap < long.MaxValue - previous.Nanoseconds ? new Instant(previous.Nanoseconds + (long)(gap + 0.5)) : Instant.Never;
    }
}
