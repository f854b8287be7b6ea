using Plimsoll.Core;

namespace Plimsoll.Workloads.Arrivals;

/// <summary>
/// A closed loop: a fixed number of requests in flight, the next one starting when one ends: <c>closed:CONCURRENCY</c>. Times follow
/// from completions, so this is a mark for whoever runs the requests and not a stream of times.
/// </summary>
/// <param name="Concurrency">Requests in flight, from 1.</param>
public sealed record ClosedArrivals(int Concurrency) : ArrivalProcess
{
    /// <inheritdoc/>
    public override IRequestSource ApplyTo(IRequestSource requests, RandomTree random) =>
        new Rearrived(requests, new BacklogArrivals(), random);
}
