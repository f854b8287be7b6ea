namespace Plimsoll.Serving.Barrier;

/// <summary>
/// The greatest of several straight lines at steps 0, 1, 2, …: pieces of lines, each from the step at which it overtakes. All in
/// integers, so that the sum of many steps in closed form is the sum step by step.
/// </summary>
internal sealed class SlotLineEnvelope
{
    private Piece[] _pieces = new Piece[4];
    private int _count;

    /// <summary>Finds the pieces up to <paramref name="steps"/>; at least one line must be above all else at step 0.</summary>
    /// <param name="values">Values of the lines at step 0.</param>
    /// <param name="slopes">What they grow by with each step, from 0.</param>
    /// <param name="steps">How far to look, from 1.</param>
    public void Build(ReadOnlySpan<long> values, ReadOnlySpan<long> slopes, long steps)
    {
        _count = 0;
        int top = Highest(values, slopes, step: 0);
        long from = 0;
        while (true)
        {
            Add(new Piece(from, values[top], slopes[top]));
            from = NextOvertaking(values, slopes, top);
            if (from >= steps)
            {
                return;
            }

            top = Highest(values, slopes, from);
        }
    }

    /// <summary>Sum over the first <paramref name="steps"/> steps, which must lie within what was built.</summary>
    public long Sum(long steps)
    {
        long sum = 0;
        for (int i = 0; i < _count && _pieces[i].From < steps; i++)
        {
            long end = i + 1 < _count ? Math.Min(_pieces[i + 1].From, steps) : steps;
            sum += _pieces[i].Sum(end);
        }

        return sum;
    }

    private static int Highest(ReadOnlySpan<long> values, ReadOnlySpan<long> slopes, long step)
    {
        int top = 0;
        for (int i = 1; i < values.Length; i++)
        {
            long ahead = values[i] + (slopes[i] * step) - values[top] - (slopes[top] * step);
            if (ahead > 0 || (ahead == 0 && slopes[i] > slopes[top]))
            {
                top = i;
            }
        }

        return top;
    }

    // The first step at which some steeper line is strictly above. Never is far enough away to be compared.
    private static long NextOvertaking(ReadOnlySpan<long> values, ReadOnlySpan<long> slopes, int top)
    {
        long first = long.MaxValue;
        for (int i = 0; i < values.Length; i++)
        {
            if (slopes[i] > slopes[top])
            {
                first = Math.Min(first, ((values[top] - values[i]) / (slopes[i] - slopes[top])) + 1);
            }
        }

        return first;
    }

    private void Add(Piece piece)
    {
        if (_count == _pieces.Length)
        {
            Array.Resize(ref _pieces, _count * 2);
        }

        _pieces[_count++] = piece;
    }

    private readonly record struct Piece(long From, long Value, long Slope)
    {
        public long Sum(long end)
        {
            long steps = end - From;
            return (steps * (Value + (Slope * From))) + (Slope * (steps * (steps - 1) / 2));
        }
    }
}
