namespace Plimsoll.Optimization.Hindsight;

/// <summary>
/// Builds schedules from lists: each job in the list's order takes the first round in which it fits beside those already placed. Keeps its
/// arrays, so that a search over lists allocates nothing.
/// </summary>
internal sealed class ListScheduler
{
    private readonly HindsightInstance _instance;
    private readonly int[] _tokens;
    private int _end;

    public ListScheduler(HindsightInstance instance)
    {
        _instance = instance;
        _tokens = new int[instance.Horizon + 2];
    }

    /// <summary>Places every job and returns the total latency.</summary>
    /// <param name="list">Positions of the jobs, first choice first.</param>
    /// <param name="starts">Receives the start of each job, in the instance's order.</param>
    public long Schedule(ReadOnlySpan<int> list, Span<int> starts)
    {
        Array.Clear(_tokens, 0, _end + 1);
        _end = 0;
        foreach (int i in list)
        {
            HindsightJob job = _instance.Jobs[i];
            int start = FirstFit(job);
            for (int k = 1; k <= job.OutputTokens; k++)
            {
                _tokens[start + k] += job.PromptTokens + k;
            }

            starts[i] = start;
            _end = Math.Max(_end, start + job.OutputTokens);
        }

        return _instance.LatencyOf(starts);
    }

    private int FirstFit(HindsightJob job)
    {
        int start = job.ArrivalRound;
        while (start < _end)
        {
            // The last round that is too full tells how far the start has to move at least: there the job may hold what is left.
            int moved = start;
            for (int k = Math.Min(job.OutputTokens, _end - start); k >= 1; k--)
            {
                int left = _instance.CapacityTokens - _tokens[start + k];
                int tooMuch = job.PromptTokens + k - left;
                if (tooMuch > 0)
                {
                    moved = start + (left > job.PromptTokens ? Math.Min(tooMuch, k) : k);
                    break;
                }
            }

            if (moved == start)
            {
                return start;
            }

            start = moved;
        }

        return start;
    }
}
