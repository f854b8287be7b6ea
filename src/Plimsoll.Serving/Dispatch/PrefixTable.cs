using System.Numerics;
using Plimsoll.Core;

namespace Plimsoll.Serving.Dispatch;

/// <summary>
/// What the dispatcher believes the replicas have cached: which prefixes it sent where. An estimate as long as nobody says what was really
/// stored and removed; the least recently used prefixes are forgotten when the table is full.
/// <para>
/// Prefixes are remembered at every 512 tokens or so, whatever the trace's block size, so a prompt of 100,000 tokens has some two
/// hundred places. The places of a new prompt follow each other, and most of them share one set of replicas: where a prompt goes
/// on as before, it is read in the order of memory, and sets are only compared where they change.
/// </para>
/// </summary>
internal sealed class PrefixTable
{
    private readonly int _capacity;
    private readonly PrefixIndex _places = new();
    private readonly ReplicaSets _sets;
    private readonly int[] _hits;
    private readonly ulong[] _alive;
    private int[] _setOf = new int[64];
    private bool[] _usedLately = new bool[64];
    private int _hand;

    // The prompt that was last asked about, and the places of its known beginning.
    private RequestDetails? _asked;
    private int[] _known = new int[64];
    private int _knownCount;

    /// <summary>An empty table.</summary>
    /// <param name="replicas">Replicas, from 1, numbered from 0.</param>
    /// <param name="capacity">Most prefixes remembered, from 1.</param>
    public PrefixTable(int replicas, int capacity = 200_000)
    {
        _capacity = capacity;
        _sets = new ReplicaSets(replicas);
        _hits = new int[replicas];
        _alive = new ulong[(replicas + 63) / 64];
    }

    /// <summary>A table that goes on where another was saved.</summary>
    /// <param name="replicas">Replicas, from 1.</param>
    /// <param name="saved">What that one remembered.</param>
    /// <param name="capacity">Most prefixes remembered; the same as there.</param>
    public PrefixTable(int replicas, PrefixMemory saved, int capacity = 200_000)
        : this(replicas, capacity)
    {
        int[] sets = new int[saved.SetBits.Length / _alive.Length];
        for (int set = 1; set < sets.Length; set++)
        {
            sets[set] = _sets.Add(saved.SetBits.AsSpan(set * _alive.Length, _alive.Length));
        }

        for (int i = 0; i < saved.Hashes.Length; i++)
        {
            int place = Append(saved.Hashes[i]);
            Move(place, sets[saved.SetOf[i]]);
            _usedLately[place] = saved.UsedLately[i];
        }

        _hand = saved.Hand;
    }

    /// <summary>All that it remembers between two questions.</summary>
    public PrefixMemory Saved() => new()
    {
        Hashes = _places.Hashes.ToArray(),
        SetOf = _setOf.AsSpan(0, _places.Count).ToArray(),
        UsedLately = _usedLately.AsSpan(0, _places.Count).ToArray(),
        SetBits = _sets.All.ToArray(),
        Hand = _hand,
    };

    /// <summary>
    /// Leading prompt tokens believed to be cached on each replica, until the next question; empty when the request carries no hashes.
    /// </summary>
    public ReadOnlySpan<int> HitsOf(in InferenceRequest request)
    {
        _asked = request.Details is { BlockTokens: > 0 } ? request.Details : null;
        if (_asked is null)
        {
            return default;
        }

        FindKnown(_asked);
        Array.Clear(_hits);
        Array.Fill(_alive, ulong.MaxValue);
        int tokens = StepOf(_asked) * _asked.BlockTokens;
        int last = ReplicaSets.None;
        for (int i = 0; i < _knownCount; i++)
        {
            int set = _setOf[_known[i]];
            if (set != last)
            {
                KeepThoseIn(set, Math.Min(request.PromptTokens, i * tokens));
                last = set;
            }
        }

        KeepThoseIn(ReplicaSets.Empty, Math.Min(request.PromptTokens, _knownCount * tokens));
        return _hits;
    }

    /// <summary>Remembers that the prompt that was last asked about goes to a replica.</summary>
    public void Sent(int replica)
    {
        if (_asked is null)
        {
            return;
        }

        ulong[] hashes = _asked.PrefixHashArray;
        int step = StepOf(_asked);
        (int From, int To) last = Nothing();
        for (int i = 0, hash = step - 1; hash < hashes.Length; i++, hash += step)
        {
            int place = i < _knownCount ? _known[i] : PlaceOf(hashes[hash]);
            _usedLately[place] = true;
            Change(place, replica, isThere: true, ref last);
        }

        _sets.Release(last.To);
        _asked = null;
    }

    /// <summary>A replica has these prefixes, whoever sent them there.</summary>
    /// <param name="replica">Where.</param>
    /// <param name="hashes">Prefixes that are remembered: see <see cref="PrefixStride"/>.</param>
    public void Stored(int replica, ReadOnlySpan<ulong> hashes)
    {
        (int From, int To) last = Nothing();
        foreach (ulong hash in hashes)
        {
            int place = PlaceOf(hash);
            _usedLately[place] = true;
            Change(place, replica, isThere: true, ref last);
        }

        _sets.Release(last.To);
        _asked = null;
    }

    /// <summary>A replica has these prefixes no more.</summary>
    /// <param name="replica">Where.</param>
    /// <param name="hashes">The prefixes; those that are not known are nobody's.</param>
    public void Removed(int replica, ReadOnlySpan<ulong> hashes)
    {
        (int From, int To) last = Nothing();
        foreach (ulong hash in hashes)
        {
            int place = _places.Find(hash);
            if (place == PrefixIndex.None)
            {
                continue;
            }

            Change(place, replica, isThere: false, ref last);
        }

        _sets.Release(last.To);
        _asked = null;
    }

    /// <summary>
    /// A replica holds no more than so many tokens: what it is believed to have beyond that is forgotten. What was not used since the last
    /// time goes first, and among that what has been known for longest; the rest keeps its chance once.
    /// </summary>
    /// <param name="replica">Where.</param>
    /// <param name="keptTokens">Tokens that may stay, from 0: nothing is known of it any more.</param>
    public void Forget(int replica, long keptTokens)
    {
        long most = (keptTokens + PrefixStride.Tokens - 1) / PrefixStride.Tokens;
        long over = -most;
        for (int place = 0; place < _places.Count; place++)
        {
            over += _sets.Has(_setOf[place], replica) ? 1 : 0;
        }

        // By the number of a set, that of the set without the replica; all are held until the end, so that no number changes its meaning.
        Dictionary<int, int> without = [];
        for (int round = most == 0 ? 1 : 0; round < 2; round++)
        {
            for (int i = 0; over > 0 && i < _places.Count; i++)
            {
                over -= Forget(replica, (_hand + i) % _places.Count, spares: round == 0, without) ? 1 : 0;
            }
        }

        foreach ((int from, int to) in without)
        {
            _sets.Release(from);
            _sets.Release(to);
        }

        _asked = null;
    }

    private bool Forget(int replica, int place, bool spares, Dictionary<int, int> without)
    {
        int set = _setOf[place];
        if (!_sets.Has(set, replica))
        {
            return false;
        }

        if (spares && _usedLately[place])
        {
            _usedLately[place] = false;
            return false;
        }

        if (!without.TryGetValue(set, out int to))
        {
            to = _sets.Without(set, replica);
            without.Add(set, to);
            _sets.Hold(set);
            _sets.Hold(to);
        }

        Move(place, to);
        return true;
    }

    private static int StepOf(RequestDetails details) => PrefixStride.HashesFor(details.BlockTokens);

    // Behind a place is most often the one that was remembered next.
    private void FindKnown(RequestDetails details)
    {
        ulong[] hashes = details.PrefixHashArray;
        int step = StepOf(details);
        if (_known.Length < hashes.Length / step)
        {
            _known = new int[2 * hashes.Length / step];
        }

        _knownCount = 0;
        int place = PrefixIndex.None;
        for (int hash = step - 1; hash < hashes.Length; hash += step)
        {
            place = _places.Has(place + 1, hashes[hash]) ? place + 1 : _places.Find(hashes[hash]);
            if (place == PrefixIndex.None)
            {
                return;
            }

            _known[_knownCount++] = place;
        }
    }

    // Replicas outside this set drop out with what they had. Each drops out once, so a long prompt does not visit it at every place.
    private void KeepThoseIn(int set, int cached)
    {
        ReadOnlySpan<ulong> replicas = _sets.Bits(set);
        for (int word = 0; word < _alive.Length; word++)
        {
            Credit(_alive[word] & ~replicas[word], word, cached);
            _alive[word] &= replicas[word];
        }
    }

    private void Credit(ulong replicas, int word, int cached)
    {
        for (ulong left = cached == 0 ? 0 : replicas; left != 0; left &= left - 1)
        {
            _hits[(word << 6) + BitOperations.TrailingZeroCount(left)] = cached;
        }
    }

    // Nothing was changed yet: no set is like that of the next place.
    private (int From, int To) Nothing()
    {
        _sets.Hold(ReplicaSets.Empty);
        return (ReplicaSets.None, ReplicaSets.Empty);
    }

    // Adds a replica to those of a place, or takes it away. Neighbours mostly share a set, so that what became of the last one's is held.
    private void Change(int place, int replica, bool isThere, ref (int From, int To) last)
    {
        int set = _setOf[place];
        if (set != last.From)
        {
            _sets.Release(last.To);
            last = (set, isThere ? _sets.With(set, replica) : _sets.Without(set, replica));
            _sets.Hold(last.To);
        }

        Move(place, last.To);
    }

    private void Move(int place, int set)
    {
        int old = _setOf[place];
        if (old != set)
        {
            _sets.Hold(set);
            _sets.Release(old);
            _setOf[place] = set;
        }
    }

    private int PlaceOf(ulong hash)
    {
        int place = _places.Find(hash);
        return place != PrefixIndex.None ? place : _places.Count < _capacity ? Append(hash) : Replace(hash);
    }

    private int Append(ulong hash)
    {
        int place = _places.Add(hash);
        if (place == _setOf.Length)
        {
            Array.Resize(ref _setOf, place * 2);
            Array.Resize(ref _usedLately, place * 2);
        }

        _sets.Hold(ReplicaSets.Empty);
        return place;
    }

    private int Replace(ulong hash)
    {
        int place = NextNotUsedLately();
        _hand = (place + 1) % _capacity;
        _places.Replace(place, hash);
        Move(place, ReplicaSets.Empty);
        return place;
    }

    // Second chance: the hand passes over what was used since it last came by.
    private int NextNotUsedLately()
    {
        while (true)
        {
            Span<bool> ahead = _usedLately.AsSpan(_hand, _capacity - _hand);
            int used = ahead.IndexOf(false);
            if (used >= 0)
            {
                ahead[..used].Clear();
                return _hand + used;
            }

            ahead.Clear();
            _hand = 0;
        }
    }
}
