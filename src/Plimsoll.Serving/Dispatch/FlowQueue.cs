using Plimsoll.Core;
using Plimsoll.Policies.Ordering;

namespace Plimsoll.Serving.Dispatch;

/// <summary>
/// Requests that wait in the dispatcher, the one the ordering policy puts first on top: a binary heap, ties ending in the request id.
/// </summary>
internal sealed class FlowQueue(IOrderingPolicy ordering)
{
    private readonly Deadlines _deadlines = new();
    private InferenceRequest[] _heap = new InferenceRequest[16];

    public int Count { get; private set; }

    public ref readonly InferenceRequest First => ref _heap[0];

    /// <summary>When the first of them runs out of time; <see cref="Instant.Never"/> if none will.</summary>
    public Instant NextDeadline => _deadlines.Next;

    public void Add(in InferenceRequest request, Instant now)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Count * 2);
        }

        if (request.Details?.Deadline is { } allowed)
        {
            _deadlines.Add(request.Id, request.Arrival + allowed);
        }

        SiftUp(Count++, request, now);
    }

    public void RemoveFirst(Instant now) => RemoveAt(0, now);

    /// <summary>Takes a request out wherever it stands; false if it is not here.</summary>
    public bool Remove(RequestId id, Instant now, out InferenceRequest request)
    {
        int place = PlaceOf(id);
        if (place < 0)
        {
            request = default;
            return false;
        }

        request = _heap[place];
        RemoveAt(place, now);
        return true;
    }

    /// <summary>Takes out the one whose time runs out first; there must be one.</summary>
    public InferenceRequest TakeMostUrgent(Instant now)
    {
        Remove(_deadlines.First, now, out InferenceRequest request);
        return request;
    }

    /// <summary>Adds everybody to another queue.</summary>
    public void MoveTo(FlowQueue other, Instant now)
    {
        foreach (ref readonly InferenceRequest request in _heap.AsSpan(0, Count))
        {
            other.Add(request, now);
        }
    }

    private int PlaceOf(RequestId id)
    {
        for (int place = 0; place < Count; place++)
        {
            if (_heap[place].Id == id)
            {
                return place;
            }
        }

        return -1;
    }

    private void RemoveAt(int place, Instant now)
    {
        if (_heap[place].Details?.Deadline is not null)
        {
            _deadlines.Remove(_heap[place].Id);
        }

        InferenceRequest moved = _heap[--Count];
        _heap[Count] = default;
        if (place == Count)
        {
            return;
        }

        if (place > 0 && GoesBefore(moved, _heap[(place - 1) / 2], now))
        {
            SiftUp(place, moved, now);
        }
        else
        {
            SiftDown(place, moved, now);
        }
    }

    private void SiftUp(int place, in InferenceRequest request, Instant now)
    {
        InferenceRequest moved = request;
        while (place > 0 && GoesBefore(moved, _heap[(place - 1) / 2], now))
        {
            _heap[place] = _heap[(place - 1) / 2];
            place = (place - 1) / 2;
        }

        _heap[place] = moved;
    }

    private void SiftDown(int place, in InferenceRequest request, Instant now)
    {
        InferenceRequest moved = request;
        for (int child = (2 * place) + 1; child < Count; child = (2 * place) + 1)
        {
            if (child + 1 < Count && GoesBefore(_heap[child + 1], _heap[child], now))
            {
                child++;
            }

            if (!GoesBefore(_heap[child], moved, now))
            {
                break;
            }

            _heap[place] = _heap[child];
            place = child;
        }

        _heap[place] = moved;
    }

    private bool GoesBefore(in InferenceRequest first, in InferenceRequest second, Instant now) =>
        ordering.Compare(RequestViews.Of(first, now, default), RequestViews.Of(second, now, default)) < 0;
}
