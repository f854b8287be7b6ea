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
    public int Find(ulong key)
    {
        int mask = _keys.Length - 1;
        for (int i = (int)key & mask; ; i = (i + 1) & mask)
        {
            int block = _blocks[i];
            if (block == Empty || _keys[i] == key)
            {
                return block;
            }
        }
    }

    /// <summary>Adds or replaces.</summary>
    public void Set(ulong key, int block)
    {
        if (_count * 2 >= _keys.Length)
        {
            Grow();
        }

        int mask = _keys.Length - 1;
        int i = (int)key & mask;
        while (_blocks[i] != Empty && _keys[i] != key)
        {
            i = (i + 1) & mask;
        }

        if (_blocks[i] == Empty)
        {
            _count++;
        }

        _keys[i] = key;
        _blocks[i] = block;
    }

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
                Set(keys[i], blocks[i]);
            }
        }
    }
}
