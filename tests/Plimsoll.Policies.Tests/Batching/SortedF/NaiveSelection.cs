using Plimsoll.Policies.Batching.SortedF;
using Plimsoll.Testing;

namespace Plimsoll.Policies.Tests.Batching.SortedF;

/// <summary>Batches by their definition: looks at every subset.</summary>
internal static class NaiveSelection
{
    public static bool Fits((int Prompt, int Output)[] jobs, IReadOnlyList<int> batch, long capacity, BatchFeasibility feasibility) =>
        feasibility == BatchFeasibility.Peak
            ? batch.Sum(job => (long)jobs[job].Prompt + jobs[job].Output) <= capacity
            : new LookAheadRounds(jobs, capacity).FitTogether(batch);

    /// <summary>
    /// The feasible batch with the smallest F among these jobs, in the order (o, id); then more requests, fewer prompt tokens, and the
    /// first in the order of their ranks. Empty if none fits.
    /// </summary>
    public static int[] Best((int Prompt, int Output)[] jobs, IEnumerable<int> among, long capacity, BatchFeasibility feasibility)
    {
        int[] ranked = [.. among.OrderBy(job => jobs[job].Output).ThenBy(job => job)];
        int[] best = [];
        for (int subset = 1; subset < 1 << ranked.Length; subset++)
        {
            int[] places = [.. Enumerable.Range(0, ranked.Length).Where(place => (subset >> place & 1) != 0)];
            int[] batch = [.. places.Select(place => ranked[place])];
            if (Fits(jobs, batch, capacity, feasibility) && (best.Length == 0 || IsBetter(jobs, ranked, batch, best)))
            {
                best = batch;
            }
        }

        return best;
    }

    /// <summary>The best batch, again and again.</summary>
    public static List<int[]> Batches((int Prompt, int Output)[] jobs, long capacity, BatchFeasibility feasibility)
    {
        var remaining = Enumerable.Range(0, jobs.Length).ToList();
        var batches = new List<int[]>();
        while (Best(jobs, remaining, capacity, feasibility) is { Length: > 0 } best)
        {
            batches.Add(best);
            remaining.RemoveAll(best.Contains);
        }

        return batches;
    }

    private static bool IsBetter((int Prompt, int Output)[] jobs, int[] ranked, int[] batch, int[] other)
    {
        long here = batch.Sum(job => (long)jobs[job].Output) * other.Length * other.Length;
        long there = other.Sum(job => (long)jobs[job].Output) * batch.Length * batch.Length;
        return Key(here, batch).AsSpan().SequenceCompareTo(Key(there, other)) < 0;

        long[] Key(long f, int[] of) => [f, -of.Length, of.Sum(job => jobs[job].Prompt), .. of.Select(job => Array.IndexOf(ranked, job))];
    }
}
