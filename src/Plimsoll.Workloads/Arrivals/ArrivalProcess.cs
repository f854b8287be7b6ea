using Plimsoll.Core;

namespace Plimsoll.Workloads.Arrivals;

/// <summary>When requests arrive: what was asked for on the command line, as a value.</summary>
public abstract record ArrivalProcess
{
    /// <summary>
    /// The same requests, arriving by this process. <see cref="ClosedArrivals"/> puts all of them at time zero: whoever runs them
    /// decides when each one starts.
    /// </summary>
    /// <param name="requests">Where the requests come from; its times are replaced or scaled.</param>
    /// <param name="random">The run's dice; the stream called "arrivals" is used.</param>
    public abstract IRequestSource ApplyTo(IRequestSource requests, RandomTree random);
}
