using Plimsoll.Core;

namespace Plimsoll.Optimization.Hindsight;

/// <summary>
/// Looks for a good schedule without a solver: lists by output length, by peak and by volume s·o + o(o+1)/2, then an iterated local search
/// that moves one job within the list. Counts its steps, not its time, so that it repeats.
/// </summary>
internal sealed class IncumbentSearch
{
    private readonly HindsightInstance _instance;
    private readonly ListScheduler _scheduler;
    private readonly int[] _starts;
    private readonly int[] _trial;

    public IncumbentSearch(HindsightInstance instance)
    {
        _instance = instance;
        _scheduler = new ListScheduler(instance);
        _starts = new int[instance.Jobs.Length];
        _trial = new int[instance.Jobs.Length];
        Latency = long.MaxValue;
    }

    /// <summary>Total latency of the best schedule so far.</summary>
    public long Latency { get; private set; }

    /// <summary>The best schedule so far: one start a job.</summary>
    public ReadOnlySpan<int> Starts => _starts;

    /// <summary>Takes a schedule that fits, if it is better.</summary>
    public bool Offer(ReadOnlySpan<int> starts)
    {
        long latency = _instance.LatencyOf(starts);
        if (latency >= Latency || !_instance.Fits(starts))
        {
            return false;
        }

        Latency = latency;
        starts.CopyTo(_starts);
        return true;
    }

    /// <summary>Tries the lists that policies use.</summary>
    public void TryKnownLists()
    {
        TryList(ListBy(job => job.OutputTokens));
        TryList(ListBy(job => job.PeakTokens));
        TryList(ListBy(job => ((double)job.PromptTokens * job.OutputTokens) + (0.5 * job.OutputTokens * (job.OutputTokens + 1.0))));
        TryList(ListBy(job => job.ArrivalRound));
    }

    /// <summary>Schedules the jobs in ascending order of these keys (ties by id), and takes the result if it is better.</summary>
    public void TryOrder(ReadOnlySpan<double> keys)
    {
        double[] copy = keys.ToArray();
        int[] list = Sorted(copy);
        TryList(list);
    }

    /// <summary>Improves the list of the best schedule for so many schedules built.</summary>
    public void Improve(int schedules, ulong seed)
    {
        int n = _instance.Jobs.Length;
        if (n < 2)
        {
            return;
        }

        var dice = new RandomStream(seed);
        double[] keys = new double[n];
        for (int i = 0; i < n; i++)
        {
            keys[i] = _starts[i];
        }

        int[] best = Sorted(keys);
        int[] list = [.. best];
        long bestLatency = _scheduler.Schedule(list, _trial);
        Offer(_trial);
        long current = bestLatency;
        int idle = 0;
        for (int step = 0; step < schedules; step++)
        {
            int from = (int)dice.NextBelow(n);
            int to = (int)dice.NextBelow(n);
            Move(list, from, to);
            long latency = _scheduler.Schedule(list, _trial);
            if (latency <= current)
            {
                idle = latency < current ? 0 : idle + 1;
                current = latency;
                if (latency < bestLatency)
                {
                    bestLatency = latency;
                    list.CopyTo(best, 0);
                    Offer(_trial);
                }
            }
            else
            {
                Move(list, to, from);
                idle++;
            }

            if (idle > 4 * n * n)
            {
                // Stuck: start again a few moves away from the best list.
                best.CopyTo(list, 0);
                for (int kick = 0; kick < 3; kick++)
                {
                    Move(list, (int)dice.NextBelow(n), (int)dice.NextBelow(n));
                }

                current = _scheduler.Schedule(list, _trial);
                idle = 0;
            }
        }
    }

    private static void Move(int[] list, int from, int to)
    {
        int moved = list[from];
        if (from < to)
        {
            Array.Copy(list, from + 1, list, from, to - from);
        }
        else
        {
            Array.Copy(list, to, list, to + 1, from - to);
        }

        list[to] = moved;
    }

    private void TryList(int[] list)
    {
        _scheduler.Schedule(list, _trial);
        Offer(_trial);
    }

    private int[] ListBy(Func<HindsightJob, double> key)
    {
        double[] keys = new double[_instance.Jobs.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = key(_instance.Jobs[i]);
        }

        return Sorted(keys);
    }

    private int[] Sorted(double[] keys)
    {
        int[] list = new int[keys.Length];
        for (int i = 0; i < list.Length; i++)
        {
            list[i] = i;
        }

        Array.Sort(list, (x, y) =>
        {
            int order = keys[x].CompareTo(keys[y]);
            return order != 0 ? order : _instance.Jobs[x].Id.CompareTo(_instance.Jobs[y].Id);
        });
        return list;
    }
}
