namespace Plimsoll.Policies.Batching.Orders;

/// <summary>Smallest lower bound on the output first, in the light of what was generated before an eviction.</summary>
public sealed record ByLowerBound : IQueueOrder
{
    /// <inheritdoc/>
    public long Key(in QueuedRequest request) => request.LowerBound;
}
