namespace Plimsoll.Serving.Dispatch;

/// <summary>
/// Sets of replicas, each shared by all who hold the same. A set does not change while it is held: who wants one replica more moves to
/// another set. Sets that nobody holds any more are used again.
/// </summary>
internal sealed class ReplicaSets
{
    /// <summary>No set.</summary>
    public const int None = -1;

    /// <summary>The set without replicas, which is always there.</summary>
    public const int Empty = 0;

    private readonly int _words;
    private ulong[] _bits;
    private int[] _holders = new int[64];
    private int[] _free = new int[64];
    private int _freeCount;
    private int _count = 1;

    /// <summary>No sets yet but the empty one.</summary>
    /// <param name="replicas">Replicas, from 1, numbered from 0.</param>
    public ReplicaSets(int replicas)
    {
        _words = (replicas + 63) / 64;
        _bits = new ulong[_holders.Length * _words];
        _holders[Empty] = 1;
    }

    /// <summary>The replicas of a set, one bit each, 64 a word; good until the next call of <see cref="With"/>.</summary>
    public ReadOnlySpan<ulong> Bits(int set) => _bits.AsSpan(set * _words, _words);

    /// <summary>A set with one replica more: the same if it is in there, else a new one, which the caller must hold.</summary>
    public int With(int set, int replica)
    {
        int word = replica >> 6;
        ulong bit = 1UL << (replica & 63);
        if ((Bits(set)[word] & bit) != 0)
        {
            return set;
        }

        int with = _freeCount > 0 ? _free[--_freeCount] : Append();
        Bits(set).CopyTo(_bits.AsSpan(with * _words, _words));
        _bits[(with * _words) + word] |= bit;
        return with;
    }

    /// <summary>A set with one replica less: the same if it is not in there, else a new one, which the caller must hold.</summary>
    public int Without(int set, int replica)
    {
        int word = replica >> 6;
        ulong bit = 1UL << (replica & 63);
        if ((Bits(set)[word] & bit) == 0)
        {
            return set;
        }

        int without = _freeCount > 0 ? _free[--_freeCount] : Append();
        Bits(set).CopyTo(_bits.AsSpan(without * _words, _words));
        _bits[(without * _words) + word] &= ~bit;
        if (_bits.AsSpan(without * _words, _words).IndexOfAnyExcept(0UL) >= 0)
        {
            return without;
        }

        _free[_freeCount++] = without;
        return Empty;
    }

    /// <summary>Whether a replica is in a set.</summary>
    public bool Has(int set, int replica) => (_bits[(set * _words) + (replica >> 6)] & (1UL << (replica & 63))) != 0;

    /// <summary>Every set there ever was, by number, one after the other.</summary>
    public ReadOnlySpan<ulong> All => _bits.AsSpan(0, _count * _words);

    /// <summary>A new set of these replicas, which the caller must hold.</summary>
    public int Add(ReadOnlySpan<ulong> bits)
    {
        int set = Append();
        bits.CopyTo(_bits.AsSpan(set * _words, _words));
        return set;
    }

    /// <summary>One more holds this set.</summary>
    public void Hold(int set) => _holders[set]++;

    /// <summary>One less holds this set.</summary>
    public void Release(int set)
    {
        if (--_holders[set] == 0)
        {
            _free[_freeCount++] = set;
        }
    }

    private int Append()
    {
        if (_count == _holders.Length)
        {
            Array.Resize(ref _holders, _count * 2);
            Array.Resize(ref _free, _count * 2);
            Array.Resize(ref _bits, _count * 2 * _words);
        }

        return _count++;
    }
}
