using Plimsoll.Optimization.Native;

namespace Plimsoll.Optimization.Hindsight;

/// <summary>
/// Solves the relaxation again and again, each time with the cuts that its last solution broke, and rules out every start with which the
/// prices' bound is no better than the best schedule known. Columns are only a sample at first; every fifth time all starts that are left
/// get one. The bound counts all of them every time, so what has no column cannot be lost.
/// </summary>
internal sealed class RootSolve
{
    /// <summary>Totals are whole numbers: a bound that is this little above one counts as that one.</summary>
    public const double Tolerance = 1e-6;

    private const int MostSolves = 60;
    private const int AllColumnsEvery = 5;
    private const int CutsAtOnce = 200;

    private readonly HindsightInstance _instance;
    private readonly JobClass[] _classes;
    private readonly HindsightOptions _options;
    private readonly int[] _atOnce;

    public RootSolve(HindsightInstance instance, JobClass[] classes, HindsightOptions options)
    {
        _instance = instance;
        _classes = classes;
        _options = options;
        _atOnce = [.. classes.Select(jobs => jobs.MostAtOnce)];
        Possible = StartSets.All(instance, classes, instance.Horizon);
        Prices = new DualBound(instance, classes, _atOnce);
        Prices.ComputeFree(Possible);
    }

    /// <summary>The starts that a better schedule may use.</summary>
    public bool[][] Possible { get; }

    /// <summary>The prices of the best bound.</summary>
    public DualBound Prices { get; private set; }

    /// <summary>The cuts that held the last solution.</summary>
    public List<Cut> Cuts { get; private set; } = [];

    /// <summary>Solves until nothing is left to rule out or to cut, or the time is up.</summary>
    /// <param name="best">The best schedule; improved on the way.</param>
    /// <param name="secondsLeft">Time left; asked before each solve.</param>
    public void Run(IncumbentSearch best, Func<double> secondsLeft)
    {
        bool[][] columns = StartSets.UpTo(Possible, Last(best.Starts) + 1);
        var separator = new CutSeparator(_instance, _classes);
        for (int solve = 0; solve < MostSolves && secondsLeft() > 0 && Prices.Bound <= best.Latency - 1 + Tolerance; solve++)
        {
            var program = new TimeIndexedProgram(_instance, _classes, columns, Cuts, _atOnce);
            HindsightProgram.RequireSize(program.Model, _options);
            using var solver = new ClpModel(program.Model);
            if (solver.Solve(secondsLeft()) != LinearStatus.Optimal)
            {
                // Without the columns of the best schedule, which were ruled out, there may be no solution among these.
                return;
            }

            var prices = new DualBound(_instance, _classes, _atOnce);
            prices.Compute(program, solver.RowDuals, Cuts, Possible);
            Prices = prices.Bound > Prices.Bound ? prices : Prices;
            best.TryOrder(MeanStarts.Of(_instance, _classes, program, solver.Values));
            StartSets.RuleOut(Possible, columns, prices, best.Latency);
            List<Cut> found = separator.Find(program, solver.Values, columns, CutsAtOnce);
            KeepTight(program, solver.RowDuals);
            Cuts.AddRange(found);
            bool all = solve % AllColumnsEvery == AllColumnsEvery - 1;
            if (all && found.Count == 0)
            {
                return;
            }

            if (all)
            {
                columns = [.. Possible.Select(rounds => (bool[])rounds.Clone())];
            }
        }
    }

    private static int Last(ReadOnlySpan<int> starts)
    {
        int last = 0;
        foreach (int start in starts)
        {
            last = Math.Max(last, start);
        }

        return last;
    }

    private void KeepTight(TimeIndexedProgram program, ReadOnlySpan<double> duals)
    {
        var tight = new List<Cut>();
        for (int k = 0; k < Cuts.Count; k++)
        {
            if (duals[program.CutRow + k] < -1e-9)
            {
                tight.Add(Cuts[k]);
            }
        }

        Cuts = tight;
    }
}
