using System.Diagnostics;
using Plimsoll.Core;

namespace Plimsoll.Serving.Replica;

/// <summary>
/// Who waits, as slots. First come, first served, with those that lost their memory in front: a ring. Or by key, arrival and id,
/// smallest first: a heap.
/// </summary>
internal sealed class WaitingQueue(bool sorted)
{
    private int[] _ring = new int[64];
    private Entry[] _heap = sorted ? new Entry[64] : [];
    private int _head;

    public int Count { get; private set; }

    public int Head => sorted ? _heap[0].Slot : _ring[_head];

    /// <summary>Joins at its place; true when that is the first.</summary>
    public bool Add(int slot, long key, Instant arrival, RequestId id)
    {
        if (!sorted)
        {
            Reserve();
            _ring[(_head + Count++) & (_ring.Length - 1)] = slot;
            return Count == 1;
        }

        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, _heap.Length * 2);
        }

        SiftUp(Count++, new Entry(key, arrival, id, slot));
        return _heap[0].Slot == slot;
    }

    /// <summary>Comes back after an eviction: to the front, or to its place.</summary>
    public void Return(int slot, long key, Instant arrival, RequestId id)
    {
        if (sorted)
        {
            Add(slot, key, arrival, id);
            return;
        }

        Reserve();
        _head = (_head - 1) & (_ring.Length - 1);
        _ring[_head] = slot;
        Count++;
    }

    public void PopFront()
    {
        Count--;
        if (!sorted)
        {
            _head = (_head + 1) & (_ring.Length - 1);
        }
        else if (Count > 0)
        {
            SiftDown(0, _heap[Count]);
        }
    }

    /// <summary>Takes out a slot that is in the queue, wherever it stands; those that ask are near the front.</summary>
    public void Remove(int slot)
    {
        if (sorted)
        {
            RemoveFromHeap(slot);
            return;
        }

        int mask = _ring.Length - 1;
        int place = 0;
        while (_ring[(_head + place) & mask] != slot)
        {
            place++;
        }

        for (; place > 0; place--)
        {
            _ring[(_head + place) & mask] = _ring[(_head + place - 1) & mask];
        }

        PopFront();
    }

    /// <summary>Writes the slots in the order in which they stand in the ring.</summary>
    public void CopyTo(Span<int> slots)
    {
        Debug.Assert(!sorted, "a heap has no order but its first");
        for (int i = 0; i < Count; i++)
        {
            slots[i] = _ring[(_head + i) & (_ring.Length - 1)];
        }
    }

    /// <summary>Lets them stand in the order given, which has the same slots.</summary>
    public void Rearrange(ReadOnlySpan<int> slots)
    {
        Debug.Assert(!sorted && slots.Length == Count, "the same slots");
        _head = 0;
        slots.CopyTo(_ring);
    }

    private void RemoveFromHeap(int slot)
    {
        int place = 0;
        while (_heap[place].Slot != slot)
        {
            place++;
        }

        Entry last = _heap[--Count];
        if (place == Count)
        {
            return;
        }

        if (place > 0 && last.CompareTo(_heap[(place - 1) / 2]) < 0)
        {
            SiftUp(place, last);
        }
        else
        {
            SiftDown(place, last);
        }
    }

    private void SiftUp(int place, in Entry entry)
    {
        while (place > 0 && entry.CompareTo(_heap[(place - 1) / 2]) < 0)
        {
            _heap[place] = _heap[(place - 1) / 2];
            place = (place - 1) / 2;
        }

        _heap[place] = entry;
    }

    private void SiftDown(int place, in Entry entry)
    {
        Entry moved = entry;
        for (int child = (2 * place) + 1; child < Count; child = (2 * place) + 1)
        {
            if (child + 1 < Count && _heap[child + 1].CompareTo(_heap[child]) < 0)
            {
                child++;
            }

            if (moved.CompareTo(_heap[child]) <= 0)
            {
                break;
            }

            _heap[place] = _heap[child];
            place = child;
        }

        _heap[place] = moved;
    }

    private void Reserve()
    {
        if (Count < _ring.Length)
        {
            return;
        }

        var larger = new int[_ring.Length * 2];
        for (int i = 0; i < Count; i++)
        {
            larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        }

        (_ring, _head) = (larger, 0);
    }

    private readonly record struct Entry(long Key, Instant Arrival, RequestId Id, int Slot) : IComparable<Entry>
    {
        public int CompareTo(Entry other) =>
            Key != other.Key ? Key.CompareTo(other.Key)
            : Arrival != other.Arrival ? Arrival.CompareTo(other.Arrival)
            : Id.CompareTo(other.Id);
    }
}
