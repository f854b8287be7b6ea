namespace Plimsoll.Serving.Replica;

/// <summary>First come, first served; those that lost their memory go back to the front. A ring of slots.</summary>
internal sealed class WaitingQueue
{
    private int[] _ring = new int[64];
    private int _head;

    public int Count { get; private set; }

    public int Head => _ring[_head];

    public void PushBack(int slot)
    {
        Reserve();
        _ring[(_head + Count++) & (_ring.Length - 1)] = slot;
    }

    public void PushFront(int slot)
    {
        Reserve();
        _head = (_head - 1) & (_ring.Length - 1);
        _ring[_head] = slot;
        Count++;
    }

    public void PopFront()
    {
        _head = (_head + 1) & (_ring.Length - 1);
        Count--;
    }

    /// <summary>Takes out a slot that is in the queue, wherever it stands; those that ask are near the front.</summary>
    public void Remove(int slot)
    {
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
}
