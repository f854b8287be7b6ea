namespace Plimsoll.Policies.Batching.SortedF;

/// <summary>
/// The table f[k][S] of <see cref="DynamicProgramSelector"/>, with a note for each cell and request whether it joined there.
/// </summary>
internal sealed class BatchTable
{
    private const long Unreachable = long.MaxValue;

    // f, row after row; and for each request, again row after row, one bit for each cell.
    private long[] _least = [];
    private ulong[] _joined = [];
    private int _rows;
    private int _columns;
    private int _words;
    private long _unit;

    /// <summary>Fills the table.</summary>
    /// <param name="backlog">Where the requests are from.</param>
    /// <param name="candidates">Ranks of those that may join, ascending.</param>
    /// <param name="mostMembers">Most requests of a batch.</param>
    /// <param name="unit">Prompt tokens in a unit; a request's are rounded up to whole units.</param>
    /// <param name="maxColumns">Most columns: a batch has fewer units of prompt tokens.</param>
    public void Fill(RankedBacklog backlog, ReadOnlySpan<int> candidates, int mostMembers, long unit, int maxColumns)
    {
        long units = 0;
        foreach (int rank in candidates)
        {
            units += UnitsOf(backlog, rank, unit);
        }

        _unit = unit;
        _rows = mostMembers + 1;
        _columns = (int)Math.Min(maxColumns - 1, Math.Min(units, backlog.CapacityTokens / unit)) + 1;
        _words = (_columns + 63) / 64;
        Clear(candidates.Length);
        long reached = 0;
        for (int i = candidates.Length - 1; i >= 0; i--)
        {
            int rank = candidates[i];
            reached = Math.Min(_columns - 1, reached + UnitsOf(backlog, rank, unit));
            for (int count = Math.Min(mostMembers, candidates.Length - i); count >= 1; count--)
            {
                Join(backlog, rank, count, (int)reached, _joined.AsSpan(((i * _rows) + count) * _words, _words));
            }
        }
    }

    /// <summary>Puts the best batch into an empty one.</summary>
    public void Read(RankedBacklog backlog, ReadOnlySpan<int> candidates, CandidateBatch batch)
    {
        (int count, int column) = Best();
        for (int i = 0; i < candidates.Length && count > 0; i++)
        {
            ulong word = _joined[(((i * _rows) + count) * _words) + (column >> 6)];
            if ((word >> (column & 63) & 1) != 0)
            {
                batch.Add(candidates[i]);
                count--;
                column -= (int)UnitsOf(backlog, candidates[i], _unit);
            }
        }
    }

    private static long UnitsOf(RankedBacklog backlog, int rank, long unit) => (backlog.PromptTokens(rank) + unit - 1) / unit;

    private void Clear(int candidates)
    {
        int cells = _rows * _columns;
        int words = candidates * _rows * _words;
        if (_least.Length < cells)
        {
            _least = new long[cells];
        }

        if (_joined.Length < words)
        {
            _joined = new ulong[words];
        }

        _least.AsSpan(0, cells).Fill(Unreachable);
        _least[0] = 0;
        _joined.AsSpan(0, words).Clear();
    }

    // An equal sum is taken too: those that join later have the smaller ranks.
    private void Join(RankedBacklog backlog, int rank, int count, int reached, Span<ulong> joined)
    {
        int prompt = (int)Math.Min(int.MaxValue, UnitsOf(backlog, rank, _unit));
        long output = backlog.OutputTokens(rank);
        bool peak = backlog.Feasibility == BatchFeasibility.Peak;
        long tokens = peak ? backlog.CapacityTokens : backlog.CapacityTokens - (count * output);
        if (tokens < 0)
        {
            return;
        }

        int last = (int)Math.Min(reached, tokens / _unit);
        ReadOnlySpan<long> fewer = _least.AsSpan((count - 1) * _columns, _columns);
        Span<long> least = _least.AsSpan(count * _columns, _columns);
        for (int column = prompt; column <= last; column++)
        {
            long before = fewer[column - prompt];
            if (before == Unreachable)
            {
                continue;
            }

            long sum = before + output;
            if (sum <= least[column] && (!peak || sum <= tokens - (column * _unit)))
            {
                least[column] = sum;
                joined[column >> 6] |= 1UL << (column & 63);
            }
        }
    }

    private (int Count, int Column) Best()
    {
        BatchScore best = default;
        (int Count, int Column) found = default;
        for (int count = 1; count < _rows; count++)
        {
            for (int column = 0; column < _columns; column++)
            {
                long sum = _least[(count * _columns) + column];
                if (sum == Unreachable)
                {
                    continue;
                }

                var score = new BatchScore(count, sum, column * _unit);
                if (score.IsBetterThan(best))
                {
                    (best, found) = (score, (count, column));
                }
            }
        }

        return found;
    }
}
