namespace Plimsoll.Policies.Batching.Orders;

/// <summary>Smallest priority number first.</summary>
public sealed record ByPriority : IQueueOrder
{
    /// <inheritdoc/>
    public long Key(in QueuedRequest request) => request.Priority;
}
