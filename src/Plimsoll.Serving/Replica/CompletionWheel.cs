using System.Numerics;

namespace Plimsoll.Serving.Replica;

/// <summary>
/// Which requests produce their last token in which decode step: a wheel of buckets for the steps ahead, with a bitmap that finds
/// the next one, and a heap for what lies beyond the wheel. Within a step, requests stand in order of admission.
/// </summary>
internal sealed class CompletionWheel
{
    public const int None = -1;

    // Seldom has a request more tokens to go; twice the size costs more in cache misses than it saves in detours by the heap.
    private const int Size = 2048;
    private const int Mask = Size - 1;

    // Buckets behind the step being composed stay until their step has ended, so the wheel never looks quite a full turn ahead.
    private const int Horizon = Size - 64;

    private readonly int[] _heads = new int[Size];
    private readonly ulong[] _occupied = new ulong[Size / 64];
    private readonly PriorityQueue<(int Slot, long AdmittedAs), (long Step, long AdmittedAs)> _beyond = new();
    private Entry[] _entries = new Entry[64];
    private long _nextBeyond = long.MaxValue;

    public CompletionWheel() => Array.Fill(_heads, None);

    /// <summary>Enters a request that completes at <paramref name="step"/>, which is not before <paramref name="now"/>.</summary>
    public void Add(int slot, long step, long admittedAs, long now)
    {
        Reserve(slot);
        ref Entry entry = ref _entries[slot];
        entry.Step = step;
        entry.AdmittedAs = admittedAs;
        if (step - now >= Horizon)
        {
            _beyond.Enqueue((slot, admittedAs), (step, admittedAs));
            _nextBeyond = _beyond.TryPeek(out _, out var first) ? first.Step : long.MaxValue;
            return;
        }

        Insert(slot, step);
    }

    /// <summary>Takes a request out before its time.</summary>
    public void Remove(int slot)
    {
        int bucket = (int)(_entries[slot].Step & Mask);
        _entries[slot].Step = None;
        int previous = None;
        for (int i = _heads[bucket]; i != None; previous = i, i = _entries[i].Next)
        {
            if (i != slot)
            {
                continue;
            }

            if (previous != None)
            {
                _entries[previous].Next = _entries[i].Next;
            }
            else
            {
                _heads[bucket] = _entries[i].Next;
                ClearIfEmpty(bucket);
            }

            return;
        }
    }

    /// <summary>First request of a step, or −1; follow with <see cref="After"/>.</summary>
    public int First(long step) => _heads[step & Mask];

    public int After(int slot) => _entries[slot].Next;

    /// <summary>Empties a step's bucket.</summary>
    public void Clear(long step)
    {
        int bucket = (int)(step & Mask);
        _heads[bucket] = None;
        _occupied[bucket >> 6] &= ~(1UL << (bucket & 63));
    }

    /// <summary>
    /// A step not before <paramref name="from"/> up to which nothing completes: the next completion, or as far as the wheel can see.
    /// </summary>
    public long NextStep(long from)
    {
        Advance(from);
        int start = (int)(from & Mask);
        int word = start >> 6;
        ulong bits = _occupied[word] & (ulong.MaxValue << (start & 63));
        for (int scanned = 0; scanned <= _occupied.Length - 2; scanned++)
        {
            if (bits != 0)
            {
                int bucket = (word << 6) + BitOperations.TrailingZeroCount(bits);
                return from + ((bucket - start) & Mask);
            }

            word = (word + 1) & (_occupied.Length - 1);
            bits = _occupied[word];
        }

        return from + Horizon - 64;
    }

    /// <summary>Brings what is in sight at <paramref name="now"/> onto the wheel; before every step that is not leapt over.</summary>
    public void Advance(long now)
    {
        if (_nextBeyond - now < Horizon)
        {
            PullNear(now);
        }
    }

    private void PullNear(long from)
    {
        while (_beyond.TryPeek(out var request, out var key) && key.Step - from < Horizon)
        {
            _beyond.Dequeue();
            ref readonly Entry entry = ref _entries[request.Slot];
            if (entry.Step == key.Step && entry.AdmittedAs == request.AdmittedAs)
            {
                Insert(request.Slot, key.Step);
            }
        }

        _nextBeyond = _beyond.TryPeek(out _, out var first) ? first.Step : long.MaxValue;
    }

    private void Insert(int slot, long step)
    {
        int bucket = (int)(step & Mask);
        int previous = None;
        int next = _heads[bucket];
        ref Entry inserted = ref _entries[slot];
        while (next != None && _entries[next].AdmittedAs < inserted.AdmittedAs)
        {
            (previous, next) = (next, _entries[next].Next);
        }

        inserted.Next = next;
        if (previous == None)
        {
            _heads[bucket] = slot;
            _occupied[bucket >> 6] |= 1UL << (bucket & 63);
        }
        else
        {
            _entries[previous].Next = slot;
        }
    }

    private void ClearIfEmpty(int bucket)
    {
        if (_heads[bucket] == None)
        {
            _occupied[bucket >> 6] &= ~(1UL << (bucket & 63));
        }
    }

    private void Reserve(int slot)
    {
        if (slot >= _entries.Length)
        {
            Array.Resize(ref _entries, Math.Max(slot + 1, _entries.Length * 2));
        }
    }

    // Together, so that a request costs one line of cache.
    private struct Entry
    {
        public long Step;
        public long AdmittedAs;
        public int Next;
    }
}
