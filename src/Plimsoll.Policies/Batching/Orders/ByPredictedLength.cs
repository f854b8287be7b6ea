namespace Plimsoll.Policies.Batching.Orders;

/// <summary>Shortest predicted output first.</summary>
public sealed record ByPredictedLength : IQueueOrder
{
    /// <inheritdoc/>
    public long Key(in QueuedRequest request) => request.Prediction.Point;
}
