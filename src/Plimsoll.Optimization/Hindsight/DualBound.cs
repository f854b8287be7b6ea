namespace Plimsoll.Optimization.Hindsight;

/// <summary>
/// The Lagrangian bound of prices on memory, arrivals and cuts: with the priced rows moved into the objective, each class takes its
/// cheapest starts. Weak duality makes it a lower bound on the total latency for any prices that are not negative, over every start
/// allowed, whether it had a column or not: it depends neither on the solver's word nor on the columns it was given, but for the rounding
/// of this sum, which <see cref="RootSolve.Tolerance"/> covers.
/// </summary>
internal sealed class DualBound
{
    private readonly HindsightInstance _instance;
    private readonly JobClass[] _classes;
    private readonly int[] _atOnce;
    private readonly double[][] _costs;
    private readonly double[] _marginal;

    public DualBound(HindsightInstance instance, JobClass[] classes, int[] atOnce)
    {
        _instance = instance;
        _classes = classes;
        _atOnce = atOnce;
        _costs = [.. classes.Select(_ => new double[instance.Horizon + 1])];
        _marginal = new double[classes.Length];
    }

    /// <summary>The lower bound on the total latency.</summary>
    public double Bound { get; private set; }

    /// <summary>
    /// What no choice of starts changes: the total latency of a schedule is at least this plus its starts' <see cref="CostOf"/>.
    /// </summary>
    public double Constant { get; private set; }

    /// <summary>The priced cost of a start.</summary>
    public double CostOf(int jobClass, int round) => _costs[jobClass][round];

    /// <summary>A lower bound on the total latency of schedules in which a job of this class starts in this round.</summary>
    public double BoundWith(int jobClass, int round) => Bound + Math.Max(0, _costs[jobClass][round] - _marginal[jobClass]);

    /// <summary>Computes the bound.</summary>
    /// <param name="program">The program that the duals belong to.</param>
    /// <param name="duals">One a row; those of "at most" rows count only where negative.</param>
    /// <param name="cuts">The cuts of the program.</param>
    /// <param name="allowed">The starts that are possible, by class and round.</param>
    public void Compute(TimeIndexedProgram program, ReadOnlySpan<double> duals, IReadOnlyList<Cut> cuts, bool[][] allowed)
    {
        double bound = 0;
        double[] prices = new double[_instance.Horizon + 1];
        double[] sums = new double[_instance.Horizon + 2];
        double[] moments = new double[_instance.Horizon + 2];
        for (int round = 0; round <= _instance.Horizon; round++)
        {
            int row = program.RoundRows[round];
            prices[round] = row >= 0 ? Math.Max(0, -duals[row]) : 0;
            bound -= prices[round] * _instance.CapacityTokens;
            sums[round + 1] = sums[round] + prices[round];
            moments[round + 1] = moments[round] + (prices[round] * round);
        }

        for (int c = 0; c < _classes.Length; c++)
        {
            JobClass jobs = _classes[c];
            for (int t = 0; t + jobs.OutputTokens <= _instance.Horizon; t++)
            {
                // Σ over k = 1 .. o of price(t + k)·(s + k), from running sums.
                int end = t + jobs.OutputTokens + 1;
                double price = sums[end] - sums[t + 1];
                double moment = moments[end] - moments[t + 1];
                _costs[c][t] = t + moment + (price * (jobs.PromptTokens - t));
            }
        }

        for (int p = 0; p < program.Prefixes.Count; p++)
        {
            double price = Math.Max(0, -duals[program.PrefixRow + p]);
            (int c, int before) = program.Prefixes[p];
            bound -= price * _classes[c].Arrived(before - 1);
            for (int t = 0; t < before; t++)
            {
                _costs[c][t] += price;
            }
        }

        for (int k = 0; k < cuts.Count; k++)
        {
            double price = Math.Max(0, -duals[program.CutRow + k]);
            bound -= price * cuts[k].RightSide;
            for (int term = 0; price > 0 && term < cuts[k].Starts.Length; term++)
            {
                (int c, int t) = cuts[k].Starts[term];
                _costs[c][t] += price * cuts[k].Coefficients[term];
            }
        }

        foreach (JobClass jobs in _classes)
        {
            foreach (int arrival in jobs.Arrivals)
            {
                bound += jobs.OutputTokens - arrival;
            }
        }

        Constant = bound;
        for (int c = 0; c < _classes.Length; c++)
        {
            bound += Cheapest(c, allowed[c]);
        }

        Bound = bound;
    }

    /// <summary>Computes the bound of no prices at all: every job starts as soon as it is possible.</summary>
    public void ComputeFree(bool[][] allowed)
    {
        Constant = 0;
        double bound = 0;
        for (int c = 0; c < _classes.Length; c++)
        {
            for (int t = 0; t <= _instance.Horizon; t++)
            {
                _costs[c][t] = t;
            }

            foreach (int arrival in _classes[c].Arrivals)
            {
                Constant += _classes[c].OutputTokens - arrival;
            }
        }

        for (int c = 0; c < _classes.Length; c++)
        {
            bound += Cheapest(c, allowed[c]);
        }

        Bound = Constant + bound;
    }

    /// <summary>Gives a column to every possible start that would lower the cost of its class. False when there is none.</summary>
    public bool AddCheaper(bool[][] possible, bool[][] columns)
    {
        const double Tolerance = 1e-9;
        bool added = false;
        for (int c = 0; c < _classes.Length; c++)
        {
            _ = Cheapest(c, columns[c]);
            for (int t = 0; t < columns[c].Length; t++)
            {
                if (possible[c][t] && !columns[c][t] && _costs[c][t] < _marginal[c] - Tolerance)
                {
                    columns[c][t] = true;
                    added = true;
                }
            }
        }

        return added;
    }

    // The cheapest way to start the whole class; sets what the last one costs. Infinite where the starts allowed are too few.
    private double Cheapest(int c, bool[] allowed)
    {
        JobClass jobs = _classes[c];
        var best = new SortedSet<(double Cost, int Round)>();
        int room = 0;
        for (int t = 0; t < allowed.Length; t++)
        {
            if (!allowed[t])
            {
                continue;
            }

            best.Add((_costs[c][t], t));
            room += Most(c, t);
            while (room - Most(c, best.Max.Round) >= jobs.Count)
            {
                room -= Most(c, best.Max.Round);
                best.Remove(best.Max);
            }
        }

        double total = 0;
        int left = jobs.Count;
        _marginal[c] = double.PositiveInfinity;
        foreach ((double cost, int round) in best)
        {
            int taken = Math.Min(left, Most(c, round));
            total += taken * cost;
            left -= taken;
            _marginal[c] = cost;
        }

        return left > 0 ? double.PositiveInfinity : total;
    }

    private int Most(int c, int round) => Math.Min(_atOnce[c], _classes[c].Arrived(round));
}
