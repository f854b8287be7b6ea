using System.Runtime.InteropServices;
using Plimsoll.Optimization.Linear;

namespace Plimsoll.Optimization.Hindsight;

/// <summary>
/// The time-indexed program over some of the possible starts: column x(c,t) counts the jobs of class c that start in round t. Rows, in this
/// order: each class starts all its jobs; no more have started than arrived; no round holds more than fits; cuts.
/// </summary>
internal sealed class TimeIndexedProgram
{
    private readonly JobClass[] _classes;
    private readonly List<int> _columnClasses = [];
    private readonly List<int> _columnRounds = [];
    private readonly int[][] _columnOf;
    private readonly List<(int Class, int Before)> _prefixes = [];
    private readonly int[] _roundRows;

    /// <summary>Builds the program.</summary>
    /// <param name="instance">Capacity and horizon.</param>
    /// <param name="classes">The classes of the instance.</param>
    /// <param name="allowed">By class and round up to the horizon: which starts have a column.</param>
    /// <param name="cuts">Inequalities to add; terms without a column are left out.</param>
    /// <param name="atOnce">How many of each class can start in the same round.</param>
    public TimeIndexedProgram(HindsightInstance instance, JobClass[] classes, bool[][] allowed, IReadOnlyList<Cut> cuts, int[] atOnce)
    {
        _classes = classes;
        Model = new LinearModel();
        _columnOf = [.. allowed.Select(rounds => Enumerable.Repeat(-1, rounds.Length).ToArray())];
        _roundRows = RowsOfRounds(instance, allowed);
        AddRows(instance, cuts);
        (int[] cutStarts, int[] cutRows, double[] cutValues) = ByStart(cuts, instance.Horizon + 1);
        var rows = new List<int>();
        var values = new List<double>();
        for (int c = 0; c < classes.Length; c++)
        {
            for (int t = 0; t < allowed[c].Length; t++)
            {
                if (!allowed[c][t])
                {
                    continue;
                }

                rows.Clear();
                values.Clear();
                AddEntries(c, t, rows, values);
                int key = (c * (instance.Horizon + 1)) + t;
                for (int k = cutStarts[key]; k < cutStarts[key + 1]; k++)
                {
                    rows.Add(CutRow + cutRows[k]);
                    values.Add(cutValues[k]);
                }

                int upper = Math.Min(atOnce[c], classes[c].Arrived(t));
                _columnOf[c][t] = Model.AddColumn(
                    t, 0, upper, true, CollectionsMarshal.AsSpan(rows), CollectionsMarshal.AsSpan(values));
                _columnClasses.Add(c);
                _columnRounds.Add(t);
            }
        }
    }

    public LinearModel Model { get; }

    /// <summary>The class of each column.</summary>
    public ReadOnlySpan<int> ColumnClasses => CollectionsMarshal.AsSpan(_columnClasses);

    /// <summary>The round of each column.</summary>
    public ReadOnlySpan<int> ColumnRounds => CollectionsMarshal.AsSpan(_columnRounds);

    /// <summary>The rows "at most k started before round t": one (class, t) each; k is how many arrive before t.</summary>
    public IReadOnlyList<(int Class, int Before)> Prefixes => _prefixes;

    /// <summary>The first of the rows of <see cref="Prefixes"/>.</summary>
    public int PrefixRow => _classes.Length;

    /// <summary>The row of each round's memory, or −1 where memory cannot bind.</summary>
    public ReadOnlySpan<int> RoundRows => _roundRows;

    /// <summary>The first row of the cuts.</summary>
    public int CutRow { get; private set; }

    /// <summary>The column of this start, or −1.</summary>
    public int ColumnOf(int jobClass, int round) => _columnOf[jobClass][round];

    private int[] RowsOfRounds(HindsightInstance instance, bool[][] allowed)
    {
        long[] most = new long[instance.Horizon + 1];
        for (int c = 0; c < _classes.Length; c++)
        {
            JobClass jobs = _classes[c];
            for (int round = 1; round <= instance.Horizon; round++)
            {
                int earliest = Math.Max(0, round - jobs.OutputTokens);
                while (earliest < round && !allowed[c][earliest])
                {
                    earliest++;
                }

                // The class holds most when all of it started as early as is allowed.
                most[round] += earliest < round ? (long)jobs.Count * (jobs.PromptTokens + round - earliest) : 0;
            }
        }

        int[] rows = new int[instance.Horizon + 1];
        for (int round = 0; round < rows.Length; round++)
        {
            rows[round] = most[round] > instance.CapacityTokens ? 0 : -1;
        }

        return rows;
    }

    private void AddRows(HindsightInstance instance, IReadOnlyList<Cut> cuts)
    {
        foreach (JobClass jobs in _classes)
        {
            Model.AddRow(RowSense.Equal, jobs.Count);
        }

        for (int c = 0; c < _classes.Length; c++)
        {
            int[] arrivals = _classes[c].Arrivals;
            for (int k = 1; k < arrivals.Length; k++)
            {
                if (arrivals[k] > arrivals[k - 1])
                {
                    _prefixes.Add((c, arrivals[k]));
                    Model.AddRow(RowSense.AtMost, k);
                }
            }
        }

        for (int round = 0; round < _roundRows.Length; round++)
        {
            if (_roundRows[round] >= 0)
            {
                _roundRows[round] = Model.AddRow(RowSense.AtMost, instance.CapacityTokens);
            }
        }

        CutRow = Model.Rows;
        foreach (Cut cut in cuts)
        {
            Model.AddRow(RowSense.AtMost, cut.RightSide);
        }
    }

    private void AddEntries(int c, int t, List<int> rows, List<double> values)
    {
        rows.Add(c);
        values.Add(1);
        for (int p = 0; p < _prefixes.Count; p++)
        {
            if (_prefixes[p].Class == c && t < _prefixes[p].Before)
            {
                rows.Add(PrefixRow + p);
                values.Add(1);
            }
        }

        for (int k = 1; k <= _classes[c].OutputTokens; k++)
        {
            if (_roundRows[t + k] >= 0)
            {
                rows.Add(_roundRows[t + k]);
                values.Add(_classes[c].PromptTokens + k);
            }
        }
    }

    // The terms of the cuts, by start.
    private (int[] Starts, int[] Cuts, double[] Values) ByStart(IReadOnlyList<Cut> cuts, int rounds)
    {
        int[] starts = new int[(_classes.Length * rounds) + 1];
        foreach (Cut cut in cuts)
        {
            foreach ((int c, int t) in cut.Starts)
            {
                starts[(c * rounds) + t + 1]++;
            }
        }

        for (int i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        int[] next = [.. starts];
        int[] which = new int[starts[^1]];
        double[] values = new double[starts[^1]];
        for (int k = 0; k < cuts.Count; k++)
        {
            for (int term = 0; term < cuts[k].Starts.Length; term++)
            {
                (int c, int t) = cuts[k].Starts[term];
                int at = next[(c * rounds) + t]++;
                which[at] = k;
                values[at] = cuts[k].Coefficients[term];
            }
        }

        return (starts, which, values);
    }
}
