using Plimsoll.Core;

namespace Plimsoll.Workloads.Arrivals;

/// <summary>The times of the trace itself: <c>recorded</c>, or <c>recorded*1.5</c> for one and a half times its rate.</summary>
/// <param name="RateFactor">Times are divided by this, which is positive.</param>
public sealed record RecordedArrivals(double RateFactor = 1) : ArrivalProcess
{
    /// <inheritdoc/>
    public override IRequestSource ApplyTo(IRequestSource requests, RandomTree random) =>
        RateFactor == 1 ? requests : new Scaled(requests, RateFactor);
}
