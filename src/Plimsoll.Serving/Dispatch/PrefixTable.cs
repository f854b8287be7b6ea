using System.Numerics;
using Plimsoll.Core;

namespace Plimsoll.Serving.Dispatch;

/// <summary>
/// What the dispatcher believes the replicas have cached: which prefixes it sent where. An estimate, since it sees no evictions; the
/// least recently used prefixes are forgotten when the table is full.
/// <para>
/// Prefixes are remembered at every 512 tokens or so, whatever the trace's block size, so a prompt of 100,000 tokens costs some two
/// hundred look-ups.
/// </para>
/// </summary>
internal sealed class PrefixTable
{
    private const int Stride = 512;
    private const int Capacity = 200_000;

    private readonly int _words;
    private readonly Dictionary<ulong, int> _places = [];
    private readonly int[] _hits;
    private readonly ulong[] _alive;
    private ulong[] _replicas = new ulong[64];
    private ulong[] _keys = new ulong[64];
    private bool[] _usedLately = new bool[64];
    private int _count;
    private int _hand;

    public PrefixTable(int replicas)
    {
        _words = (replicas + 63) / 64;
        _hits = new int[replicas];
        _alive = new ulong[_words];
        _replicas = new ulong[64 * _words];
    }

    /// <summary>Leading prompt tokens believed to be cached on each replica; empty when the request carries no hashes.</summary>
    public ReadOnlySpan<int> HitsOf(in InferenceRequest request)
    {
        if (request.Details is not { BlockTokens: > 0 } details)
        {
            return default;
        }

        Array.Clear(_hits);
        Array.Fill(_alive, ulong.MaxValue);
        int step = StepOf(details);
        int cached = 0;
        for (int hash = step - 1; hash < details.PrefixHashArray.Length; hash += step)
        {
            if (!_places.TryGetValue(details.PrefixHashArray[hash], out int place))
            {
                break;
            }

            _usedLately[place] = true;
            if (!KeepThoseWith(place, cached))
            {
                return _hits;
            }

            cached = Math.Min(request.PromptTokens, (hash + 1) * details.BlockTokens);
        }

        for (int word = 0; word < _words; word++)
        {
            Credit(_alive[word], word, cached);
        }

        return _hits;
    }

    /// <summary>Remembers that a request's prefix goes to a replica.</summary>
    public void Sent(in InferenceRequest request, int replica)
    {
        if (request.Details is not { BlockTokens: > 0 } details)
        {
            return;
        }

        int step = StepOf(details);
        for (int hash = step - 1; hash < details.PrefixHashArray.Length; hash += step)
        {
            int place = PlaceOf(details.PrefixHashArray[hash]);
            _replicas[(place * _words) + (replica >> 6)] |= 1UL << (replica & 63);
            _usedLately[place] = true;
        }
    }

    private static int StepOf(RequestDetails details) => Math.Max(1, Stride / details.BlockTokens);

    // Replicas without this prefix drop out with what they had; false when none is left. Each drops out once, so a long prompt
    // costs a few words a look-up and not a visit to every replica.
    private bool KeepThoseWith(int place, int cached)
    {
        ulong any = 0;
        for (int word = 0; word < _words; word++)
        {
            ulong kept = _alive[word] & _replicas[(place * _words) + word];
            Credit(_alive[word] & ~kept, word, cached);
            _alive[word] = kept;
            any |= kept;
        }

        return any != 0;
    }

    private void Credit(ulong replicas, int word, int cached)
    {
        for (ulong left = cached == 0 ? 0 : replicas; left != 0; left &= left - 1)
        {
            int replica = (word << 6) + BitOperations.TrailingZeroCount(left);
            if (replica < _hits.Length)
            {
                _hits[replica] = cached;
            }
        }
    }

    private int PlaceOf(ulong hash)
    {
        if (_places.TryGetValue(hash, out int place))
        {
            return place;
        }

        place = _count < Capacity ? Append() : Replace();
        _places[hash] = place;
        _keys[place] = hash;
        _replicas.AsSpan(place * _words, _words).Clear();
        return place;
    }

    private int Append()
    {
        if (_count == _keys.Length)
        {
            Array.Resize(ref _keys, _count * 2);
            Array.Resize(ref _usedLately, _count * 2);
            Array.Resize(ref _replicas, _count * 2 * _words);
        }

        return _count++;
    }

    // Second chance: the hand passes over what was used since it last came by.
    private int Replace()
    {
        while (_usedLately[_hand])
        {
            _usedLately[_hand] = false;
            _hand = (_hand + 1) % _count;
        }

        int place = _hand;
        _hand = (_hand + 1) % _count;
        _places.Remove(_keys[place]);
        return place;
    }
}
