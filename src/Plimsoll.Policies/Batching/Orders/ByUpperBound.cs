namespace Plimsoll.Policies.Batching.Orders;

/// <summary>Smallest upper bound on the output first; those of which nothing is known go last.</summary>
public sealed record ByUpperBound : IQueueOrder
{
    /// <inheritdoc/>
    public long Key(in QueuedRequest request) => request.Prediction.Upper > 0 ? request.Prediction.Upper : long.MaxValue;
}
