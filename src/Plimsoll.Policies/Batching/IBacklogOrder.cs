namespace Plimsoll.Policies.Batching;

/// <summary>
/// Answers one question: in which order does a replica serve everybody who waits? Asked again when the queue has changed.
/// </summary>
public interface IBacklogOrder
{
    /// <summary>Puts the waiting requests in order.</summary>
    /// <param name="waiting">Who waits, by arrival, then id.</param>
    /// <param name="capacityTokens">KV tokens the replica holds, from 1.</param>
    /// <param name="order">Comes back with the indices of <paramref name="waiting"/> in order of service, each once.</param>
    void Arrange(ReadOnlySpan<QueuedRequest> waiting, long capacityTokens, Span<int> order);
}
