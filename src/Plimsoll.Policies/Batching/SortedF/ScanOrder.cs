namespace Plimsoll.Policies.Batching.SortedF;

/// <summary>The requests of a backlog in one order, sorted once; those taken since are left out when it is read.</summary>
internal sealed class ScanOrder
{
    private int[] _ranks = [];
    private long[] _keys = [];
    private int _count;

    /// <summary>Sorts all that remain by outputWeight·o + promptWeight·s, equal sums by rank.</summary>
    public void Sort(RankedBacklog backlog, long outputWeight, long promptWeight)
    {
        ReadOnlySpan<int> remaining = backlog.Remaining;
        _count = remaining.Length;
        if (_ranks.Length < _count)
        {
            int room = Math.Max(64, _count * 2);
            (_ranks, _keys) = (new int[room], new long[room]);
        }

        remaining.CopyTo(_ranks);
        for (int i = 0; i < _count; i++)
        {
            _keys[i] = (outputWeight * backlog.OutputTokens(_ranks[i])) + (promptWeight * backlog.PromptTokens(_ranks[i]));
        }

        StableSort.Ascending(_keys.AsSpan(0, _count), _ranks.AsSpan(0, _count));
    }

    /// <summary>Ranks of those that remain, in order.</summary>
    public ReadOnlySpan<int> Remaining(RankedBacklog backlog)
    {
        int kept = 0;
        foreach (int rank in _ranks.AsSpan(0, _count))
        {
            if (backlog.Waits(rank))
            {
                _ranks[kept++] = rank;
            }
        }

        _count = kept;
        return _ranks.AsSpan(0, _count);
    }
}
