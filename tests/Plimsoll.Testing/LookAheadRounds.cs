namespace Plimsoll.Testing;

/// <summary>
/// Unit rounds by their definition (scheduling theory, section 4.1): every round admits the longest prefix of a priority list that passes
/// the look-ahead check; whoever runs gets one token a round. Written to be read, not to be fast.
/// </summary>
public sealed class LookAheadRounds(IReadOnlyList<(int Prompt, int Output)> jobs, long capacity)
{
    /// <summary>The round in which each job starts; everybody is there at round 0 and fits alone.</summary>
    public long[] Starts(IReadOnlyList<int> priority)
    {
        long[] starts = new long[jobs.Count];
        var active = new List<int>();
        int next = 0;
        for (long round = 0; next < priority.Count; round++)
        {
            active.RemoveAll(job => starts[job] + jobs[job].Output <= round);
            for (bool fits = true; fits && next < priority.Count;)
            {
                starts[priority[next]] = round;
                active.Add(priority[next]);
                fits = Suffices(active, starts, round);
                if (fits)
                {
                    next++;
                }
                else
                {
                    active.RemoveAt(active.Count - 1);
                }
            }
        }

        return starts;
    }

    /// <summary>Sum of finish rounds (TEL): each job's start and its outputs.</summary>
    public long TotalLatency(IReadOnlyList<int> priority)
    {
        long[] starts = Starts(priority);
        long total = 0;
        for (int job = 0; job < starts.Length; job++)
        {
            total += starts[job] + jobs[job].Output;
        }

        return total;
    }

    /// <summary>Whether memory suffices for these, started together on an empty replica.</summary>
    public bool FitTogether(IReadOnlyList<int> batch) => Suffices(batch, new long[jobs.Count], 0);

    private bool Suffices(IReadOnlyList<int> active, long[] starts, long round)
    {
        foreach (int completing in active)
        {
            long at = starts[completing] + jobs[completing].Output;
            long held = 0;
            foreach (int job in active)
            {
                held += starts[job] + jobs[job].Output >= at ? jobs[job].Prompt + at - starts[job] : 0;
            }

            if (at > round && held > capacity)
            {
                return false;
            }
        }

        return true;
    }
}
