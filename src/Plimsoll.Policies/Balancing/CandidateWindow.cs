using System.Numerics;

namespace Plimsoll.Policies.Balancing;

/// <summary>
/// Some waiting requests by prompt length, then by order of arrival, each at a place from 0.
/// </summary>
/// <remarks>
/// When fewer than half of its requests are left and more wait, the window is filled up again with the oldest that were not in it, so that a
/// choice is left to the end at a cost that does not depend on how many are placed.
/// </remarks>
/// <param name="most">Most requests in the window, from 1.</param>
internal sealed class CandidateWindow(int most)
{
    private const int DigitBits = 11;
    private const int Digits = 1 << DigitBits;

    private readonly int[] _counts = new int[Digits];
    private ulong[] _keys = [];
    private ulong[] _spare = [];
    private ulong[] _left = [];
    private int _count;
    private int _next;

    /// <summary>Requests left in the window.</summary>
    public int Left { get; private set; }

    /// <summary>Begins a call.</summary>
    public void Load(ReadOnlySpan<WaitingRequest> waiting)
    {
        (_count, _next, Left) = (0, 0, 0);
        Fill(waiting);
    }

    /// <summary>Whether some of so many who wait have not been in the window yet.</summary>
    public bool CanRefill(int waiting) => _next < waiting;

    /// <summary>Fills the window up if more than half of it is gone. Places change.</summary>
    public void Refill(ReadOnlySpan<WaitingRequest> waiting)
    {
        if (_next < waiting.Length && Left < (most / 2) + (most & 1))
        {
            Fill(waiting);
        }
    }

    /// <summary>Tokens of the request at a place.</summary>
    public int Tokens(int place) => (int)(_keys[place] >> 32);

    /// <summary>Index of the request at a place among those waiting.</summary>
    public int Waiting(int place) => (int)(uint)_keys[place];

    /// <summary>The first place left, or −1.</summary>
    public int First() => After(-1);

    /// <summary>The last place left, or −1.</summary>
    public int Last() => Before(_count);

    /// <summary>The next place left after one, or −1.</summary>
    public int After(int place)
    {
        int from = place + 1;
        int word = from >> 6;
        int words = (_count + 63) >> 6;
        if (word >= words)
        {
            return -1;
        }

        ulong bits = _left[word] & (ulong.MaxValue << (from & 63));
        while (bits == 0)
        {
            if (++word == words)
            {
                return -1;
            }

            bits = _left[word];
        }

        return (word << 6) + BitOperations.TrailingZeroCount(bits);
    }

    /// <summary>The last place left before one, or −1.</summary>
    public int Before(int place)
    {
        int word = (place - 1) >> 6;
        if (place <= 0)
        {
            return -1;
        }

        ulong bits = _left[word] & (ulong.MaxValue >> (63 - ((place - 1) & 63)));
        while (bits == 0)
        {
            if (--word < 0)
            {
                return -1;
            }

            bits = _left[word];
        }

        return (word << 6) + 63 - BitOperations.LeadingZeroCount(bits);
    }

    /// <summary>The first place left with more than so many tokens, or −1.</summary>
    public int Above(long tokens) => tokens >= int.MaxValue ? -1 : After(PlacesUpTo((ulong)tokens) - 1);

    /// <summary>Of the longest left with at most so many tokens, from 0, the one that came first; −1 if there is none.</summary>
    public int UpTo(long tokens)
    {
        int place = Before(tokens >= int.MaxValue ? _count : PlacesUpTo((ulong)tokens));
        return place < 0 ? -1 : FirstLike(place);
    }

    /// <summary>Of those left as long as the one at a place, the first.</summary>
    public int FirstLike(int place) => After(PlacesUpTo((ulong)Tokens(place) - 1) - 1);

    /// <summary>Takes the request at a place out.</summary>
    public void Take(int place)
    {
        _left[place >> 6] &= ~(1UL << (place & 63));
        Left--;
    }

    /// <summary>Puts the request at a place back.</summary>
    public void GiveBack(int place)
    {
        _left[place >> 6] |= 1UL << (place & 63);
        Left++;
    }

    // How many places have at most so many tokens.
    private int PlacesUpTo(ulong tokens)
    {
        ulong key = (tokens + 1) << 32;
        int low = 0;
        int high = _count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_keys[middle] < key)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private void Fill(ReadOnlySpan<WaitingRequest> waiting)
    {
        int count = Math.Min(most, Left + waiting.Length - _next);
        if (_keys.Length < count)
        {
            int capacity = Math.Min(most, Math.Max(64, count * 2));
            Array.Resize(ref _keys, capacity);
            _spare = new ulong[capacity];
            Array.Resize(ref _left, (capacity + 63) >> 6);
        }

        int kept = 0;
        for (int place = First(); place >= 0; place = After(place))
        {
            _keys[kept++] = _keys[place];
        }

        while (kept < count)
        {
            _keys[kept++] = ((ulong)waiting[_next].PromptTokens << 32) | (uint)_next++;
        }

        (_count, Left) = (count, count);
        _left.AsSpan(0, count >> 6).Fill(ulong.MaxValue);
        if ((count & 63) != 0)
        {
            _left[count >> 6] = (1UL << (count & 63)) - 1;
        }

        Sort();
    }

    // Stable, by digits of the length. What was kept came before what is new, but only within one length is it in order of arrival: so it is.
    private void Sort()
    {
        ulong any = 0;
        for (int i = 0; i < _count; i++)
        {
            any |= _keys[i];
        }

        for (int shift = 32; shift < 64 && any >> shift != 0; shift += DigitBits)
        {
            _counts.AsSpan().Clear();
            for (int i = 0; i < _count; i++)
            {
                _counts[(int)(_keys[i] >> shift) & (Digits - 1)]++;
            }

            int start = 0;
            for (int digit = 0; digit < Digits; digit++)
            {
                (_counts[digit], start) = (start, start + _counts[digit]);
            }

            for (int i = 0; i < _count; i++)
            {
                _spare[_counts[(int)(_keys[i] >> shift) & (Digits - 1)]++] = _keys[i];
            }

            (_keys, _spare) = (_spare, _keys);
        }
    }
}
