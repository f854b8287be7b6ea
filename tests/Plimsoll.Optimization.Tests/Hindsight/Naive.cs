using Plimsoll.Core;
using Plimsoll.Optimization.Hindsight;

namespace Plimsoll.Optimization.Tests.Hindsight;

/// <summary>Oracles written as plainly as possible, and random instances.</summary>
internal static class Naive
{
    public static HindsightInstance Backlog(int capacity, int prompt, params int[] outputs) =>
        new(outputs.Select((output, id) => new HindsightJob(id, prompt, output, 0)), capacity);

    /// <summary>The family of the spec: M~U[30,50], s~U[1,5] for all or for each, o~U[1,M−s].</summary>
    public static HindsightInstance Family(ref RandomStream dice, int jobs, bool ownPrompts)
    {
        int capacity = 30 + (int)dice.NextBelow(21);
        int prompt = 1 + (int)dice.NextBelow(5);
        var list = new List<HindsightJob>();
        for (int id = 0; id < jobs; id++)
        {
            prompt = ownPrompts ? 1 + (int)dice.NextBelow(5) : prompt;
            list.Add(new HindsightJob(id, prompt, 1 + (int)dice.NextBelow(capacity - prompt), 0));
        }

        return new HindsightInstance(list, capacity);
    }

    /// <summary>Few small jobs with arrivals, many of them alike, so that all schedules can be counted.</summary>
    public static HindsightInstance Tiny(ref RandomStream dice, int mostJobs)
    {
        int capacity = 4 + (int)dice.NextBelow(7);
        int jobs = 1 + (int)dice.NextBelow(mostJobs);
        int lastArrival = (int)dice.NextBelow(2) * (1 + (int)dice.NextBelow(5));
        int longest = 1 + (int)dice.NextBelow(Math.Min(5, capacity));
        var list = new List<HindsightJob>();
        for (int i = 0; i < jobs; i++)
        {
            int output = 1 + (int)dice.NextBelow(longest);
            int prompt = (int)dice.NextBelow(Math.Min(4, capacity - output + 1));
            list.Add(new HindsightJob(100 - i, prompt, output, (int)dice.NextBelow(lastArrival + 1)));
        }

        return new HindsightInstance(list, capacity);
    }

    /// <summary>The least total latency over every vector of starts up to the horizon.</summary>
    public static long BruteForce(HindsightInstance instance)
    {
        int[] starts = new int[instance.Jobs.Length];
        long best = long.MaxValue;
        Try(instance, starts, 0, new int[instance.Horizon + 1], ref best);
        return best;
    }

    /// <summary>MC-SF by unit rounds: the longest prefix of the waiting jobs, by output and id, that passes the look-ahead check.</summary>
    public static int[] ShortestFirst(HindsightInstance instance)
    {
        int[] starts = Enumerable.Repeat(-1, instance.Jobs.Length).ToArray();
        for (int round = 0; starts.Contains(-1); round++)
        {
            IEnumerable<int> waiting = Enumerable.Range(0, starts.Length)
                .Where(i => starts[i] < 0 && instance.Jobs[i].ArrivalRound <= round)
                .OrderBy(i => instance.Jobs[i].OutputTokens)
                .ThenBy(i => instance.Jobs[i].Id)
                .ToArray();
            foreach (int i in waiting)
            {
                starts[i] = round;
                if (!StartedFit(instance, starts))
                {
                    starts[i] = -1;
                    break;
                }
            }
        }

        return starts;
    }

    public static int Makespan(HindsightInstance instance, int[] starts)
    {
        int end = 0;
        for (int i = 0; i < starts.Length; i++)
        {
            end = Math.Max(end, starts[i] + instance.Jobs[i].OutputTokens);
        }

        return end;
    }

    /// <summary>Whether the jobs that have started (start not negative) fit in every round.</summary>
    public static bool StartedFit(HindsightInstance instance, int[] starts)
    {
        for (int round = 0; round <= Makespan(instance, starts); round++)
        {
            long held = 0;
            for (int i = 0; i < starts.Length; i++)
            {
                HindsightJob job = instance.Jobs[i];
                held += starts[i] >= 0 && starts[i] < round && round <= starts[i] + job.OutputTokens
                    ? job.PromptTokens + round - starts[i]
                    : 0;
            }

            if (held > instance.CapacityTokens)
            {
                return false;
            }
        }

        return true;
    }

    private static void Try(HindsightInstance instance, int[] starts, int i, int[] held, ref long best)
    {
        if (i == starts.Length)
        {
            best = Math.Min(best, instance.LatencyOf(starts));
            return;
        }

        HindsightJob job = instance.Jobs[i];
        for (int start = job.ArrivalRound; start + job.OutputTokens <= instance.Horizon; start++)
        {
            bool fits = true;
            for (int k = 1; k <= job.OutputTokens; k++)
            {
                held[start + k] += job.PromptTokens + k;
                fits &= held[start + k] <= instance.CapacityTokens;
            }

            starts[i] = start;
            if (fits)
            {
                Try(instance, starts, i + 1, held, ref best);
            }

            for (int k = 1; k <= job.OutputTokens; k++)
            {
                held[start + k] -= job.PromptTokens + k;
            }
        }
    }
}
