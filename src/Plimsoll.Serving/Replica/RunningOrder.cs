namespace Plimsoll.Serving.Replica;

/// <summary>The running list in order of admission: appended to, holes where requests left, closed up now and then.</summary>
internal sealed class RunningOrder
{
    public const int Hole = -1;

    private int[] _slots = new int[64];

    /// <summary>Places in use, holes included.</summary>
    public int Places { get; private set; }

    public int Count { get; private set; }

    public int this[int place] => _slots[place];

    /// <summary>
    /// Appends and returns the place, which the owner keeps; closing up moves places and says so through <paramref name="places"/>.
    /// </summary>
    public int Append(int slot, Sequence[] places)
    {
        if (Places == _slots.Length)
        {
            CloseUp(places);
            if (Places * 2 > _slots.Length)
            {
                Array.Resize(ref _slots, _slots.Length * 2);
            }
        }

        _slots[Places] = slot;
        Count++;
        return Places++;
    }

    public void Remove(int place)
    {
        _slots[place] = Hole;
        Count--;
        while (Places > 0 && _slots[Places - 1] == Hole)
        {
            Places--;
        }
    }

    /// <summary>The most recently admitted one.</summary>
    public int Last => _slots[Places - 1];

    private void CloseUp(Sequence[] places)
    {
        int kept = 0;
        for (int place = 0; place < Places; place++)
        {
            int slot = _slots[place];
            if (slot != Hole)
            {
                _slots[kept] = slot;
                places[slot].PlaceInOrder = kept++;
            }
        }

        Places = kept;
    }
}
