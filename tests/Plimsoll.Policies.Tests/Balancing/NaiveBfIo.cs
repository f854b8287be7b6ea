using Plimsoll.Policies.Balancing;

namespace Plimsoll.Policies.Tests.Balancing;

/// <summary>BF-IO as it is written down (scheduling theory, section 3.3), which scans all there is.</summary>
internal sealed class NaiveBfIo(int horizon, double alpha, double beta, double decay, int windowMost, int subset, int threshold)
{
    private readonly List<Placement> _placements = [];
    private readonly List<int> _window = [];
    private long[][] _loads = [];
    private int[] _free = [];
    private Group _group = null!;
    private int _next;

    public Placement[] Assign(Group group)
    {
        _group = group;
        _free = [.. group.Workers.Select(worker => worker.FreeSlots)];
        Project();
        Fill();
        while (_free.Sum() > threshold && _window.Count > 0)
        {
            int g = Open().OrderByDescending(worker => _free[worker]).ThenBy(worker => _loads[worker][0]).ThenBy(worker => worker).First();
            Place(g, [BestSingle(g)]);
        }

        while (_free.Sum() > 0 && _window.Count > 0)
        {
            int g = Open().OrderBy(worker => _loads[worker][horizon]).ThenBy(worker => _loads[worker][0]).ThenBy(worker => worker).First();
            Place(g, BestSubset(g));
        }

        return [.. _placements];
    }

    private void Project()
    {
        _loads = new long[_group.Workers.Length][];
        int start = 0;
        for (int g = 0; g < _loads.Length; g++)
        {
            PlacedRequest[] active = _group.Placed[start..(start + _group.Workers[g].Requests)];
            start += active.Length;
            _loads[g] = [.. Enumerable.Range(0, horizon + 1).Select(t =>
                _group.Workers[g].LoadTokens - active.Where(request => request.RemainingSteps <= t).Sum(request => request.HeldTokens))];
        }
    }

    private IEnumerable<int> Open() => Enumerable.Range(0, _free.Length).Where(worker => _free[worker] > 0);

    private long Margin(int g, int t) => Math.Max(0, _loads.Max(row => row[t]) - _loads[g][t]);

    private double Score(int g, long tokens) => Enumerable.Range(0, horizon + 1)
        .Sum(t => Math.Pow(decay, t) * ((alpha * tokens) - (beta * Math.Max(0, tokens - Margin(g, t)))));

    private long Tokens(IEnumerable<int> requests) => requests.Sum(request => (long)_group.Waiting[request].PromptTokens);

    private int BestSingle(int g) => BySize().OrderByDescending(request => Score(g, Tokens([request]))).First();

    private IOrderedEnumerable<int> BySize() => _window.OrderBy(request => Tokens([request])).ThenBy(request => request);

    private int[] BestSubset(int g)
    {
        long least = Enumerable.Range(0, horizon + 1).Min(t => Margin(g, t));
        (double best, int[] chosen) = (0, []);
        for (int size = Math.Min(Math.Min(_free[g], _window.Count), subset); size >= 1; size--)
        {
            // Subsets come in lexicographic order and the sorts are stable.
            int[][] all = [.. Subsets([.. BySize()], size)];
            int[] trial = all.Where(set => Tokens(set) <= least).OrderByDescending(Tokens).FirstOrDefault() ?? all.OrderBy(Tokens).First();
            if (Score(g, Tokens(trial)) > best)
            {
                (best, chosen) = (Score(g, Tokens(trial)), trial);
            }
        }

        return chosen.Length > 0 ? chosen : [BestSingle(g)];
    }

    private static IEnumerable<int[]> Subsets(int[] items, int size) => size == 0
        ? [[]]
        : Enumerable.Range(0, items.Length).SelectMany(i => Subsets(items[(i + 1)..], size - 1).Select(rest => (int[])[items[i], .. rest]));

    private void Place(int g, int[] requests)
    {
        foreach (int request in requests)
        {
            _placements.Add(new Placement(request, g));
            _window.Remove(request);
            _free[g]--;
            for (int t = 0; t <= horizon; t++)
            {
                _loads[g][t] += Tokens([request]);
            }
        }

        Fill();
    }

    private void Fill()
    {
        while (_next < _group.Waiting.Length && (_next == 0 || 2 * _window.Count < windowMost))
        {
            while (_window.Count < windowMost && _next < _group.Waiting.Length)
            {
                _window.Add(_next++);
            }
        }
    }
}
