using Plimsoll.Optimization.Linear;
using Plimsoll.Optimization.Native;

namespace Plimsoll.Optimization.Placement;

/// <summary>
/// The placement that keeps the loads of the steps to come most even, by an integer program: min Σ over steps h of (G·Z(h) − Σ L(g,h)) with
/// Z(h) ≥ L(g,h), each request on at most one worker, no worker beyond its free slots, min(requests, free slots) placed.
/// </summary>
/// <remarks>
/// Requests that add the same are one class, which is counted, so that exchanging them is no branch; steps with the same numbers are one, with
/// a weight. Source: scheduling theory, section 3.2.
/// </remarks>
public sealed class PlacementProgram
{
    /// <summary>Most whole columns, one for each class of requests on each worker with free slots.</summary>
    public const int MostColumns = 4096;

    private readonly PlacementInstance _instance;
    private readonly List<List<int>> _classes = [];
    private readonly List<(int Step, int Weight)> _steps = [];
    private readonly List<(int Class, int Worker)> _columns = [];
    private readonly LinearModel _model = new();

    /// <summary>Builds the program.</summary>
    /// <exception cref="ProgramTooLargeException">It would have more than <see cref="MostColumns"/> columns.</exception>
    public PlacementProgram(PlacementInstance instance)
    {
        _instance = instance;
        FindSteps();
        FindClasses();
        int open = instance.FreeSlots.Count(slots => slots > 0);
        if ((long)_classes.Count * open > MostColumns)
        {
            throw new ProgramTooLargeException(
                $"The program has a column for each of {_classes.Count} different requests on each of {open} workers with free slots; the limit "
                + $"is {MostColumns}. Fewer candidates or workers make it smaller.");
        }

        Build();
    }

    /// <summary>Solves it.</summary>
    /// <param name="limitSeconds">Wall time, above 0; may be infinite.</param>
    /// <returns>The worker of each request or −1; null if no optimum was proven in time. Of equal requests the first are placed.</returns>
    /// <exception cref="SolverMissingException">CBC is not installed.</exception>
    public int[]? Solve(double limitSeconds)
    {
        using var solver = new CbcModel(_model);
        solver.Set("increment", 0.999);
        if (double.IsFinite(limitSeconds))
        {
            solver.Set("sec", limitSeconds);
        }

        solver.Solve();
        return solver.IsProvenOptimal && solver.Solution.Length > 0 ? Workers(solver.Solution) : null;
    }

    private int[] Workers(ReadOnlySpan<double> values)
    {
        int[] workers = new int[_instance.RequestTokens.Length];
        Array.Fill(workers, -1);
        int[] next = new int[_classes.Count];
        for (int j = 0; j < _columns.Count; j++)
        {
            (int kind, int worker) = _columns[j];
            for (int count = (int)Math.Round(values[_steps.Count + j]); count > 0; count--)
            {
                workers[_classes[kind][next[kind]++]] = worker;
            }
        }

        return workers;
    }

    private void FindSteps()
    {
        for (int step = 0; step < _instance.LoadTokens[0].Length; step++)
        {
            if (_steps.Count > 0 && IsLike(step, _steps[^1].Step))
            {
                _steps[^1] = (_steps[^1].Step, _steps[^1].Weight + 1);
            }
            else
            {
                _steps.Add((step, 1));
            }
        }
    }

    private bool IsLike(int step, int other) =>
        Array.TrueForAll(_instance.LoadTokens, row => row[step] == row[other])
        && Array.TrueForAll(_instance.RequestTokens, row => row[step] == row[other]);

    private void FindClasses()
    {
        for (int i = 0; i < _instance.RequestTokens.Length; i++)
        {
            long[] tokens = _instance.RequestTokens[i];
            List<int>? like = _classes.Find(members => tokens.AsSpan().SequenceEqual(_instance.RequestTokens[members[0]]));
            if (like is null)
            {
                _classes.Add([i]);
            }
            else
            {
                like.Add(i);
            }
        }
    }

    // Rows: Z of each step over each worker, classes, free slots, all that must be placed. Columns: Z, then classes on workers.
    private void Build()
    {
        int workers = _instance.FreeSlots.Length;
        foreach ((int step, _) in _steps)
        {
            for (int worker = 0; worker < workers; worker++)
            {
                _model.AddRow(RowSense.AtLeast, _instance.LoadTokens[worker][step]);
            }
        }

        foreach (List<int> members in _classes)
        {
            _model.AddRow(RowSense.AtMost, members.Count);
        }

        foreach (int slots in _instance.FreeSlots)
        {
            _model.AddRow(RowSense.AtMost, slots);
        }

        int all = _model.AddRow(RowSense.Equal, _instance.Placed);
        double[] ones = [.. Enumerable.Repeat(1.0, workers)];
        for (int s = 0; s < _steps.Count; s++)
        {
            int[] rows = [.. Enumerable.Range(s * workers, workers)];
            double greatest = _instance.LoadTokens.Max(row => row[_steps[s].Step]);
            _model.AddColumn((double)workers * _steps[s].Weight, greatest, double.PositiveInfinity, false, rows, ones);
        }

        for (int kind = 0; kind < _classes.Count; kind++)
        {
            for (int worker = 0; worker < workers; worker++)
            {
                if (_instance.FreeSlots[worker] > 0)
                {
                    AddPlacement(kind, worker, all);
                }
            }
        }
    }

    private void AddPlacement(int kind, int worker, int all)
    {
        int workers = _instance.FreeSlots.Length;
        long[] tokens = _instance.RequestTokens[_classes[kind][0]];
        List<int> rows = [];
        List<double> values = [];
        double cost = 0;
        for (int s = 0; s < _steps.Count; s++)
        {
            (int step, int weight) = _steps[s];
            cost -= (double)weight * tokens[step];
            rows.Add((s * workers) + worker);
            values.Add(-tokens[step]);
        }

        int classRows = _steps.Count * workers;
        rows.AddRange([classRows + kind, classRows + _classes.Count + worker, all]);
        values.AddRange([1, 1, 1]);
        int most = Math.Min(_classes[kind].Count, _instance.FreeSlots[worker]);
        _model.AddColumn(cost, 0, most, true, [.. rows], [.. values]);
        _columns.Add((kind, worker));
    }
}
