using Plimsoll.Core;
using Plimsoll.Policies.Ordering;

namespace Plimsoll.Serving.Dispatch;

/// <summary>Requests that wait in the dispatcher, the one the ordering policy puts first on top: a binary heap, ties ending in the request id.</summary>
internal sealed class FlowQueue(IOrderingPolicy ordering)
{
    private InferenceRequest[] _heap = new InferenceRequest[16];

    public int Count { get; private set; }

    public ref readonly InferenceRequest First => ref _heap[0];

    public void Add(in InferenceRequest request, Instant now)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Count * 2);
        }

        int child = Count++;
        while (child > 0)
        {
            int parent = (child - 1) / 2;
            if (!GoesBefore(request, _heap[parent], now))
            {
                break;
            }

            _heap[child] = _heap[parent];
            child = parent;
        }

        _heap[child] = request;
    }

    public void RemoveFirst(Instant now)
    {
        InferenceRequest moved = _heap[--Count];
        _heap[Count] = default;
        int parent = 0;
        while (true)
        {
            int child = (2 * parent) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && GoesBefore(_heap[child + 1], _heap[child], now))
            {
                child++;
            }

            if (!GoesBefore(_heap[child], moved, now))
            {
                break;
            }

            _heap[parent] = _heap[child];
            parent = child;
        }

        if (Count > 0)
        {
            _heap[parent] = moved;
        }
    }

    private bool GoesBefore(in InferenceRequest first, in InferenceRequest second, Instant now) =>
        ordering.Compare(RequestViews.Of(first, now, default), RequestViews.Of(second, now, default)) < 0;
}
