namespace Plimsoll.Policies.Batching.Orders;

/// <summary>First come, first served: every key is the same, so arrival and id decide.</summary>
public sealed record ByArrival : IQueueOrder
{
    /// <inheritdoc/>
    public long Key(in QueuedRequest request) => 0;
}
