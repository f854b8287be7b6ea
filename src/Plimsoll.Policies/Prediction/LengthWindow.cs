using Plimsoll.Core;

namespace Plimsoll.Policies.Prediction;

/// <summary>The last so many lengths, in order of size: exact quantiles of the recent past in fixed memory.</summary>
/// <param name="capacity">Lengths kept, from 1.</param>
internal sealed class LengthWindow(int capacity)
{
    private readonly int[] _recent = new int[capacity];
    private readonly int[] _sorted = new int[capacity];
    private int _next;

    /// <summary>Lengths in the window.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets everything.</summary>
    public void Clear() => (Count, _next) = (0, 0);

    /// <summary>Adds a length, and drops the oldest if the window is full.</summary>
    public void Add(int length)
    {
        int to = Place(length);
        int from = Count == capacity ? Place(_recent[_next]) : Count++;
        if (to > from)
        {
            to--;
            Array.Copy(_sorted, from + 1, _sorted, from, to - from);
        }
        else
        {
            Array.Copy(_sorted, to, _sorted, to + 1, from - to);
        }

        _sorted[to] = length;
        _recent[_next] = length;
        _next = (_next + 1) % capacity;
    }

    /// <summary>The median (the upper one of two) between the lengths of this rank, counted from 1, from below and from above.</summary>
    public LengthPrediction Between(int rank) => new(_sorted[Count / 2], _sorted[rank - 1], _sorted[Count - rank]);

    // Where the length is, or belongs.
    private int Place(int length)
    {
        int index = Array.BinarySearch(_sorted, 0, Count, length);
        return index < 0 ? ~index : index;
    }
}
