using System.Numerics;
using System.Runtime.InteropServices;

namespace Plimsoll.Serving.Replica.LookAhead;

/// <summary>
/// The steps in which sequences are assumed to end, ascending and each once, with what all sequences that last as long or longer hold in
/// that step. Three parallel arrays, in which a vector instruction sees several ends: what one sequence changes is a prefix, and a question
/// is the walk along a prefix and along the rest.
/// </summary>
internal sealed class HeldAtEnds
{
    private long[] _ends = new long[64];
    private long[] _held = new long[64];
    private int[] _inside = new int[64];

    // Ends pass at the front: it moves, the others stay.
    private int _front;

    /// <summary>Ends that are different from each other.</summary>
    public int Count { get; private set; }

    /// <summary>The step of end <paramref name="index"/>, 0 for the first.</summary>
    public long EndAt(int index) => _ends[_front + index];

    /// <summary>Sequences that end with end <paramref name="index"/> or later; none behind the last end.</summary>
    public int InsideAt(int index) => index < Count ? _inside[_front + index] : 0;

    /// <summary>
    /// Tokens that the sequences of end <paramref name="index"/> and later hold in a step not after that end; none behind the last end.
    /// </summary>
    public long HeldAt(int index, long step) =>
        index < Count ? _held[_front + index] - (_inside[_front + index] * (_ends[_front + index] - step)) : 0;

    /// <summary>How many ends are before a step.</summary>
    public int Before(long step)
    {
        int below = 0;
        for (int above = Count; below < above;)
        {
            int middle = (below + above) >>> 1;
            if (_ends[_front + middle] < step)
            {
                below = middle + 1;
            }
            else
            {
                above = middle;
            }
        }

        return below;
    }

    /// <summary>Forgets the first ends, so many.</summary>
    public void RemoveFirst(int ends) => (_front, Count) = (_front + ends, Count - ends);

    /// <summary>Adds a sequence that holds <paramref name="held"/> tokens in the step <paramref name="end"/>, its last.</summary>
    public void Add(long end, long held)
    {
        int index = Before(end);
        if (index == Count || EndAt(index) != end)
        {
            Insert(index, end);
        }

        int ends = index + 1;
        Raise(_held.AsSpan(_front, ends), _ends.AsSpan(_front, ends), held - end);
        AddToEach(_inside.AsSpan(_front, ends), 1);
    }

    /// <summary>Takes out such a sequence, and its end if no other has it.</summary>
    /// <returns>Whether there is such an end.</returns>
    public bool Remove(long end, long held)
    {
        int index = Before(end);
        if (index == Count || EndAt(index) != end)
        {
            return false;
        }

        int ends = index + 1;
        Lower(_held.AsSpan(_front, ends), _ends.AsSpan(_front, ends), held - end);
        AddToEach(_inside.AsSpan(_front, ends), -1);
        if (InsideAt(index) == InsideAt(index + 1))
        {
            RemoveAt(index);
        }

        return true;
    }

    /// <summary>
    /// The most, over the first <paramref name="ends"/> ends, of min(x, d): x is what is held there, plus the step, less
    /// <paramref name="less"/>; d the steps from <paramref name="now"/> until that end has passed. With no ends,
    /// <see cref="long.MinValue"/>.
    /// </summary>
    public long LongestWait(int ends, long less, long now)
    {
        ReadOnlySpan<long> steps = _ends.AsSpan(_front, ends);
        ReadOnlySpan<long> held = _held.AsSpan(_front, ends);
        ReadOnlySpan<Vector<long>> stepVectors = MemoryMarshal.Cast<long, Vector<long>>(steps);
        ReadOnlySpan<Vector<long>> heldVectors = MemoryMarshal.Cast<long, Vector<long>>(held);
        var longests = new Vector<long>(long.MinValue);
        var excess = new Vector<long>(-less);
        var untilPassed = new Vector<long>(1 - now);
        for (int i = 0; i < stepVectors.Length; i++)
        {
            Vector<long> step = stepVectors[i];
            longests = Vector.Max(longests, Vector.Min(heldVectors[i] + step + excess, step + untilPassed));
        }

        long longest = long.MinValue;
        for (int lane = 0; lane < Vector<long>.Count; lane++)
        {
            longest = Math.Max(longest, longests[lane]);
        }

        for (int i = stepVectors.Length * Vector<long>.Count; i < steps.Length; i++)
        {
            longest = Math.Max(longest, Math.Min(held[i] + steps[i] - less, steps[i] + 1 - now));
        }

        return longest;
    }

    /// <summary>The last end from index <paramref name="from"/> on in which more than so many tokens are held, or −1.</summary>
    public int LastAbove(int from, long tokens)
    {
        ReadOnlySpan<long> held = _held.AsSpan(_front, Count)[from..];
        ReadOnlySpan<Vector<long>> vectors = MemoryMarshal.Cast<long, Vector<long>>(held);
        var most = new Vector<long>(tokens);
        bool above = false;
        for (int i = 0; i < vectors.Length; i++)
        {
            above |= Vector.GreaterThanAny(vectors[i], most);
        }

        int last = held.Length - 1;
        int uncertain = above ? 0 : vectors.Length * Vector<long>.Count;
        while (last >= uncertain && held[last] <= tokens)
        {
            last--;
        }

        return last >= uncertain ? from + last : -1;
    }

    // A sequence more, which holds so many tokens in step 0 and one more in each.
    private static void Raise(Span<long> held, ReadOnlySpan<long> steps, long tokensAtStepZero)
    {
        Span<Vector<long>> heldVectors = MemoryMarshal.Cast<long, Vector<long>>(held);
        ReadOnlySpan<Vector<long>> stepVectors = MemoryMarshal.Cast<long, Vector<long>>(steps);
        var tokens = new Vector<long>(tokensAtStepZero);
        for (int i = 0; i < heldVectors.Length; i++)
        {
            heldVectors[i] += stepVectors[i] + tokens;
        }

        for (int i = heldVectors.Length * Vector<long>.Count; i < held.Length; i++)
        {
            held[i] += steps[i] + tokensAtStepZero;
        }
    }

    // Such a sequence less.
    private static void Lower(Span<long> held, ReadOnlySpan<long> steps, long tokensAtStepZero)
    {
        Span<Vector<long>> heldVectors = MemoryMarshal.Cast<long, Vector<long>>(held);
        ReadOnlySpan<Vector<long>> stepVectors = MemoryMarshal.Cast<long, Vector<long>>(steps);
        var tokens = new Vector<long>(tokensAtStepZero);
        for (int i = 0; i < heldVectors.Length; i++)
        {
            heldVectors[i] -= stepVectors[i] + tokens;
        }

        for (int i = heldVectors.Length * Vector<long>.Count; i < held.Length; i++)
        {
            held[i] -= steps[i] + tokensAtStepZero;
        }
    }

    private static void AddToEach(Span<int> inside, int sequences)
    {
        Span<Vector<int>> vectors = MemoryMarshal.Cast<int, Vector<int>>(inside);
        var change = new Vector<int>(sequences);
        for (int i = 0; i < vectors.Length; i++)
        {
            vectors[i] += change;
        }

        for (int i = vectors.Length * Vector<int>.Count; i < inside.Length; i++)
        {
            inside[i] += sequences;
        }
    }

    // A new end, which sees what lasts beyond it.
    private void Insert(int index, long end)
    {
        if (_front + Count == _ends.Length)
        {
            MakeRoom();
        }

        (long held, int inside) = (HeldAt(index, end), InsideAt(index));
        int place = _front + index;
        int behind = Count - index;
        Array.Copy(_ends, place, _ends, place + 1, behind);
        Array.Copy(_held, place, _held, place + 1, behind);
        Array.Copy(_inside, place, _inside, place + 1, behind);
        (_ends[place], _held[place], _inside[place]) = (end, held, inside);
        Count++;
    }

    private void RemoveAt(int index)
    {
        Count--;
        if (index == 0)
        {
            _front++;
            return;
        }

        int place = _front + index;
        int behind = Count - index;
        Array.Copy(_ends, place + 1, _ends, place, behind);
        Array.Copy(_held, place + 1, _held, place, behind);
        Array.Copy(_inside, place + 1, _inside, place, behind);
    }

    // Back to the beginning of the arrays; into larger ones once the ends fill half of them, so that it is seldom.
    private void MakeRoom()
    {
        int size = Count * 2 > _ends.Length ? _ends.Length * 2 : _ends.Length;
        _ends = Moved(_ends, size);
        _held = Moved(_held, size);
        _inside = Moved(_inside, size);
        _front = 0;
    }

    private T[] Moved<T>(T[] from, int size)
    {
        T[] to = size == from.Length ? from : new T[size];
        Array.Copy(from, _front, to, 0, Count);
        return to;
    }
}
