namespace Plimsoll.Serving.Replica;

/// <summary>
/// Content hash → the first block that holds it: an open-addressing table with linear probing and backward-shift deletion, so that
/// it never degrades. Keys are already well mixed.
/// </summary>
internal sealed class PrefixIndex
{
    private const int Empty = -1;

    private ulong[] _keys = new ulong[64];
    private int[] _blocks = NewSlots(64);
    private int _count;

    public int Count => _count;

    /// <summary>The block under <paramref name="key"/>, or −1.</summary>
    public int Find(ulong key) => _blocks[PlaceOf(key)];

    /// <summary>The block under <paramref name="key"/>; adds <paramref name="block"/> if there is none, and returns it.</summary>
    public int FindOrAdd(ulong key, int block)
    {
        if (_count * 2 >= _keys.Length)
        {
            Grow();
        }

        int place = PlaceOf(key);
        if (_blocks[place] == Empty)
        {
            _count++;
            _keys[place] = key;
            _blocks[place] = block;
        }

        return _blocks[place];
    }

    /// <summary>Puts another block under a key that is there.</summary>
    public void Replace(ulong key, int block) => _blocks[PlaceOf(key)] = block;

    /// <summary>Removes a key that is there.</summary>
    public void Remove(ulong key)
    {
        int mask = _keys.Length - 1;
        int hole = (int)key & mask;
        while (_keys[hole] != key || _blocks[hole] == Empty)
        {
            hole = (hole + 1) & mask;
        }

        for (int i = (hole + 1) & mask; _blocks[i] != Empty; i = (i + 1) & mask)
        {
            int home = (int)_keys[i] & mask;
            bool mayMove = ((i - home) & mask) >= ((i - hole) & mask);
            if (mayMove)
            {
                _keys[hole] = _keys[i];
                _blocks[hole] = _blocks[i];
                hole = i;
            }
        }

        _blocks[hole] = Empty;
        _count--;
    }

    private int PlaceOf(ulong key)
    {
        int mask = _keys.Length - 1;
        int place = (int)key & mask;
        while (_blocks[place] != Empty && _keys[place] != key)
        {
            place = (place + 1) & mask;
        }

        return place;
    }

    private static int[] NewSlots(int size)
    {
        var slots = new int[size];
        Array.Fill(slots, Empty);
        return slots;
    }

    private void Grow()
    {
        (ulong[] keys, int[] blocks) = (_keys, _blocks);
        _keys = new ulong[keys.Length * 2];
        _blocks = NewSlots(keys.Length * 2);
        _count = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            if (blocks[i] != Empty)
            {
                FindOrAdd(keys[i], blocks[i]);
            }
        }
    }
}
