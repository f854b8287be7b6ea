using System.Numerics;

namespace Plimsoll.Serving.Dispatch;

/// <summary>
/// Which place a prefix has: places are numbered from 0, and each has one prefix, known by its hash. Chains of places by the hash; what
/// belongs to a place lies side by side with its neighbours, so that prefixes that come and go in the order of places cost little.
/// </summary>
internal sealed class PrefixIndex
{
    /// <summary>No place.</summary>
    public const int None = -1;

    // Twice as many chains as places, so that most chains have one place at most.
    private int[] _first = Chains(places: 64);
    private int[] _next = new int[64];
    private ulong[] _hashes = new ulong[64];

    /// <summary>How many places there are.</summary>
    public int Count { get; private set; }

    /// <summary>The prefixes, by place.</summary>
    public ReadOnlySpan<ulong> Hashes => _hashes.AsSpan(0, Count);

    /// <summary>Whether this is the place of a prefix; places that are not there are nobody's.</summary>
    public bool Has(int place, ulong hash) => place < Count && _hashes[place] == hash;

    /// <summary>The place of a prefix, or <see cref="None"/>.</summary>
    public int Find(ulong hash)
    {
        int place = _first[ChainOf(hash)];
        while (place != None && _hashes[place] != hash)
        {
            place = _next[place];
        }

        return place;
    }

    /// <summary>Gives a prefix that has no place a new one: the next number.</summary>
    public int Add(ulong hash)
    {
        if (Count == _hashes.Length)
        {
            Grow();
        }

        Put(Count, hash);
        return Count++;
    }

    /// <summary>Takes a place from its prefix and gives it to one that has none.</summary>
    public void Replace(int place, ulong hash)
    {
        ref int link = ref _first[ChainOf(_hashes[place])];
        while (link != place)
        {
            link = ref _next[link];
        }

        link = _next[place];
        Put(place, hash);
    }

    private static int[] Chains(int places)
    {
        int[] first = new int[2 * places];
        Array.Fill(first, None);
        return first;
    }

    // Hashes of traces may be small numbers, which the multiplication spreads: by the golden ratio, of which the high bits are taken.
    private int ChainOf(ulong hash) => (int)((hash * 0x9E3779B97F4A7C15) >> (64 - BitOperations.Log2((uint)_first.Length)));

    private void Put(int place, ulong hash)
    {
        ref int first = ref _first[ChainOf(hash)];
        _next[place] = first;
        _hashes[place] = hash;
        first = place;
    }

    private void Grow()
    {
        Array.Resize(ref _next, Count * 2);
        Array.Resize(ref _hashes, Count * 2);
        _first = Chains(_hashes.Length);
        for (int place = 0; place < Count; place++)
        {
            Put(place, _hashes[place]);
        }
    }
}
