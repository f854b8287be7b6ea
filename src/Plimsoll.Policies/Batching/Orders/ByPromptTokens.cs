namespace Plimsoll.Policies.Batching.Orders;

/// <summary>Shortest prompt first.</summary>
public sealed record ByPromptTokens : IQueueOrder
{
    /// <inheritdoc/>
    public long Key(in QueuedRequest request) => request.PromptTokens;
}
