namespace Plimsoll.Optimization.Hindsight;

/// <summary>
/// Finds cuts that a fractional solution breaks. Two families, both true of every schedule:
/// rounded memory rows, ⌊(k+1)·w/(M+1)⌋ summed over the jobs running in a round is at most k (Chvátal and Gomory's rounding with the
/// multiplier (k+1)/(M+1)); and cliques, sets of starts of which any two exclude each other, so that at most one is taken.
/// </summary>
internal sealed class CutSeparator
{
    private const double LeastViolation = 1e-3;
    private const int MostMultiplier = 12;
    private const int MostSeeds = 80;

    private readonly HindsightInstance _instance;
    private readonly JobClass[] _classes;

    public CutSeparator(HindsightInstance instance, JobClass[] classes) => (_instance, _classes) = (instance, classes);

    /// <summary>The most violated cuts, worst first.</summary>
    /// <param name="program">What was solved.</param>
    /// <param name="values">Its solution.</param>
    /// <param name="allowed">The starts that are possible: a cut covers all of them.</param>
    /// <param name="most">How many cuts at most.</param>
    public List<Cut> Find(TimeIndexedProgram program, ReadOnlySpan<double> values, bool[][] allowed, int most)
    {
        var support = new List<(int Class, int Round, double Value)>();
        for (int j = 0; j < values.Length; j++)
        {
            if (values[j] > 1e-7)
            {
                support.Add((program.ColumnClasses[j], program.ColumnRounds[j], values[j]));
            }
        }

        var found = new List<(double Violation, Cut Cut)>();
        RoundedRows(support, allowed, found);
        Cliques(support, allowed, found);
        found.Sort((x, y) => y.Violation.CompareTo(x.Violation) is int order && order != 0 ? order : Compare(x.Cut, y.Cut));
        var cuts = new List<Cut>();
        foreach ((_, Cut cut) in found)
        {
            if (cuts.Count < most && (cuts.Count == 0 || Compare(cuts[^1], cut) != 0))
            {
                cuts.Add(cut);
            }
        }

        return cuts;
    }

    private static int Compare(Cut x, Cut y)
    {
        int order = x.RightSide.CompareTo(y.RightSide);
        order = order != 0 ? order : x.Starts.Length.CompareTo(y.Starts.Length);
        for (int i = 0; order == 0 && i < x.Starts.Length; i++)
        {
            order = x.Starts[i].CompareTo(y.Starts[i]);
            order = order != 0 ? order : x.Coefficients[i].CompareTo(y.Coefficients[i]);
        }

        return order;
    }

    private void RoundedRows(List<(int Class, int Round, double Value)> support, bool[][] allowed, List<(double, Cut)> found)
    {
        long scale = _instance.CapacityTokens + 1L;
        double[] sums = new double[MostMultiplier + 1];
        for (int round = 1; round <= _instance.Horizon; round++)
        {
            Array.Clear(sums);
            foreach ((int c, int t, double value) in support)
            {
                if (t < round && round <= t + _classes[c].OutputTokens)
                {
                    long weight = _classes[c].PromptTokens + round - t;
                    for (int k = 1; k <= MostMultiplier; k++)
                    {
                        sums[k] += (k + 1) * weight / scale * value;
                    }
                }
            }

            for (int k = 1; k <= Math.Min(MostMultiplier, _instance.CapacityTokens); k++)
            {
                if (sums[k] > k + LeastViolation)
                {
                    found.Add(((sums[k] - k) / k, RoundedRow(round, k, allowed)));
                }
            }
        }
    }

    private Cut RoundedRow(int round, int k, bool[][] allowed)
    {
        var starts = new List<(int, int)>();
        var coefficients = new List<int>();
        for (int c = 0; c < _classes.Length; c++)
        {
            for (int t = Math.Max(0, round - _classes[c].OutputTokens); t < round; t++)
            {
                long weight = _classes[c].PromptTokens + round - t;
                int coefficient = (int)((k + 1) * weight / (_instance.CapacityTokens + 1L));
                if (allowed[c][t] && coefficient > 0)
                {
                    starts.Add((c, t));
                    coefficients.Add(coefficient);
                }
            }
        }

        return new Cut([.. starts], [.. coefficients], k);
    }

    private void Cliques(List<(int Class, int Round, double Value)> support, bool[][] allowed, List<(double, Cut)> found)
    {
        (int Class, int Round, double Value)[] candidates = [.. support
            .Where(start => _classes[start.Class].MostAtOnce == 1)
            .OrderByDescending(start => start.Value)
            .ThenBy(start => start.Class)
            .ThenBy(start => start.Round)];
        for (int seed = 0; seed < Math.Min(MostSeeds, candidates.Length); seed++)
        {
            var clique = new List<(int Class, int Round)> { (candidates[seed].Class, candidates[seed].Round) };
            double sum = candidates[seed].Value;
            for (int i = 0; i < candidates.Length; i++)
            {
                if (i != seed && ExcludesAll(candidates[i].Class, candidates[i].Round, clique))
                {
                    clique.Add((candidates[i].Class, candidates[i].Round));
                    sum += candidates[i].Value;
                }
            }

            if (sum > 1 + LeastViolation)
            {
                Extend(clique, allowed);
                clique.Sort();
                found.Add((sum - 1, new Cut([.. clique], [.. Enumerable.Repeat(1, clique.Count)], 1)));
            }
        }
    }

    // Adds starts near those of the clique, nearest first, as long as they exclude all of it.
    private void Extend(List<(int Class, int Round)> clique, bool[][] allowed)
    {
        int middle = (int)clique.Average(start => start.Round);
        var members = new SortedSet<(int, int)>(clique);
        for (int distance = 0; distance <= _instance.Horizon; distance++)
        {
            for (int side = distance == 0 ? 1 : -1; side <= 1; side += 2)
            {
                int t = middle + (side * distance);
                for (int c = 0; t >= 0 && c < _classes.Length; c++)
                {
                    if (t < allowed[c].Length && allowed[c][t] && _classes[c].MostAtOnce == 1 && !members.Contains((c, t))
                        && ExcludesAll(c, t, clique))
                    {
                        clique.Add((c, t));
                    }
                }
            }
        }
    }

    private bool ExcludesAll(int c, int t, List<(int Class, int Round)> clique)
    {
        foreach ((int other, int round) in clique)
        {
            if (!Exclude(c, t, other, round))
            {
                return false;
            }
        }

        return true;
    }

    // Both grow while they run, so together they hold most in the round in which the first of them finishes.
    private bool Exclude(int c, int t, int other, int round)
    {
        if (c == other && (_classes[c].Count == 1 || t == round))
        {
            return true;
        }

        JobClass x = _classes[c];
        JobClass y = _classes[other];
        int end = Math.Min(t + x.OutputTokens, round + y.OutputTokens);
        return end > Math.Max(t, round)
            && (long)x.PromptTokens + end - t + y.PromptTokens + end - round > _instance.CapacityTokens;
    }
}
