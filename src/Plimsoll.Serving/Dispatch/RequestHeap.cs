using Plimsoll.Core;
using Plimsoll.Policies.Ordering;

namespace Plimsoll.Serving.Dispatch;

/// <summary>Requests in an order that does not change while they wait: a binary heap, ties ending in the request id.</summary>
internal sealed class RequestHeap(IOrderingPolicy ordering)
{
    private InferenceRequest[] _heap = new InferenceRequest[16];

    public int Count { get; private set; }

    public ref readonly InferenceRequest First => ref _heap[0];

    public ReadOnlySpan<InferenceRequest> All => _heap.AsSpan(0, Count);

    public void Add(in InferenceRequest request, Instant now)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Count * 2);
        }

        SiftUp(Count++, request, now);
    }

    /// <summary>Where a request stands; −1 if it is not here.</summary>
    public int PlaceOf(RequestId id)
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

    /// <summary>Takes out the one that stands there; the first stands at 0.</summary>
    public InferenceRequest TakeAt(int place, Instant now)
    {
        InferenceRequest taken = _heap[place];
        InferenceRequest moved = _heap[--Count];
        _heap[Count] = default;
        if (place == Count)
        {
            return taken;
        }

        if (place > 0 && GoesBefore(moved, _heap[(place - 1) / 2], now))
        {
            SiftUp(place, moved, now);
        }
        else
        {
            SiftDown(place, moved, now);
        }

        return taken;
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
