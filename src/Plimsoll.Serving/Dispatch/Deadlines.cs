using Plimsoll.Core;

namespace Plimsoll.Serving.Dispatch;

/// <summary>
/// Deadlines of requests that wait, the earliest first. One that is taken away stays in the heap until it comes up or until such
/// entries are in the majority, so that all of it costs a logarithm and no more memory than twice what waits.
/// </summary>
internal sealed class Deadlines
{
    private const int FewEntries = 64;

    private readonly PriorityQueue<RequestId, (Instant At, RequestId Id)> _heap = new();
    private readonly HashSet<RequestId> _waiting = [];

    /// <summary>The earliest; <see cref="Instant.Never"/> if there is none.</summary>
    public Instant Next => _heap.TryPeek(out _, out (Instant At, RequestId Id) first) ? first.At : Instant.Never;

    /// <summary>Whose is the earliest. There must be one.</summary>
    public RequestId First => _heap.Peek();

    public void Add(RequestId id, Instant at)
    {
        _waiting.Add(id);
        _heap.Enqueue(id, (at, id));
    }

    public void Remove(RequestId id)
    {
        _waiting.Remove(id);
        while (_heap.TryPeek(out RequestId first, out _) && !_waiting.Contains(first))
        {
            _heap.Dequeue();
        }

        if (_heap.Count > FewEntries + (2 * _waiting.Count))
        {
            (RequestId Id, (Instant, RequestId) At)[] kept = [.. _heap.UnorderedItems.Where(entry => _waiting.Contains(entry.Element))];
            _heap.Clear();
            _heap.EnqueueRange(kept);
        }
    }
}
