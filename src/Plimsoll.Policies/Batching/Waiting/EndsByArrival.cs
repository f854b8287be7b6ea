using Plimsoll.Core;

namespace Plimsoll.Policies.Batching.Waiting;

/// <summary>
/// Output lengths in order of arrival, each once all who came before have ended too: the lengths of those who end first are no fair
/// sample, as the short ones do.
/// </summary>
internal sealed class EndsByArrival
{
    private readonly Queue<RequestId> _arrived = new();
    private readonly Dictionary<RequestId, int> _ended = [];

    /// <summary>The next to arrive.</summary>
    public void Arrived(RequestId id) => _arrived.Enqueue(id);

    /// <summary>One that arrived has ended.</summary>
    public void Ended(RequestId id, int outputTokens) => _ended.Add(id, outputTokens);

    /// <summary>The output length of the first to arrive, if it has ended: once.</summary>
    public bool TryTake(out int outputTokens)
    {
        outputTokens = 0;
        if (!_arrived.TryPeek(out RequestId first) || !_ended.Remove(first, out outputTokens))
        {
            return false;
        }

        _arrived.Dequeue();
        return true;
    }
}
