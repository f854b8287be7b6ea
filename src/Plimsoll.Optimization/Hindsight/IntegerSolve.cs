using Plimsoll.Core;
using Plimsoll.Optimization.Native;

namespace Plimsoll.Optimization.Hindsight;

/// <summary>
/// Hands the integer program that is left to CBC, with the cuts as rows and the question whether a schedule better than the best one
/// exists: an objective cut-off of the best total latency minus one half, totals being whole.
/// </summary>
/// <remarks>
/// CBC's own time limit is not hard (it is not asked in every phase), and nothing of it can be read safely while it runs. So it runs on a
/// thread of its own; when the wall limit is reached, its result is given up and the thread ends by itself when CBC next looks at its
/// own limit. Until then the process keeps its memory.
/// </remarks>
internal static class IntegerSolve
{
    private const int PollMilliseconds = 100;

    /// <summary>Runs CBC, offers what it finds to <paramref name="best"/>, and returns its lower bound on the total latency.</summary>
    public static double Run(
        HindsightInstance instance,
        JobClass[] classes,
        RootSolve root,
        IncumbentSearch best,
        HindsightOptions options,
        Func<double> elapsed)
    {
        int[] atOnce = [.. classes.Select(jobs => jobs.MostAtOnce)];
        var program = new TimeIndexedProgram(instance, classes, root.Possible, root.Cuts, atOnce);
        HindsightProgram.RequireSize(program.Model, options);
        double constant = instance.LeastLatency;
        foreach (HindsightJob job in instance.Jobs)
        {
            constant -= job.ArrivalRound;
        }

        Answer? answer = null;
        double limit = options.LimitSeconds - elapsed();
        double cutoff = best.Latency - constant - 0.5;
        var thread = new Thread(() => Volatile.Write(ref answer, Ask(program, cutoff, limit))) { IsBackground = true };
        thread.Start();
        while (!thread.Join(PollMilliseconds) && elapsed() < options.LimitSeconds)
        {
            options.Progress?.Invoke(
                new HindsightProgress(elapsed(), best.Latency, HindsightProgram.Whole(root.Prices.Bound, best.Latency)));
        }

        Answer? result = Volatile.Read(ref answer);
        if (result is null)
        {
            return root.Prices.Bound;
        }

        if (result.Values.Length > 0 && !best.Offer(Starts(instance, classes, program, result.Values)))
        {
            throw new InvariantBrokenException("the solver's schedule does not fit or misses its cut-off");
        }

        // CBC proves either that its solution is the best or that there is none below the cut-off. Of an unfinished search only the root's
        // bound is used: what CBC reports then has met the cut-off on its way.
        return result.Proven ? best.Latency : root.Prices.Bound;
    }

    private static Answer Ask(TimeIndexedProgram program, double cutoff, double seconds)
    {
        using var solver = new CbcModel(program.Model);
        solver.Set("cutoff", cutoff);
        solver.Set("increment", 0.999);
        if (double.IsFinite(seconds))
        {
            solver.Set("sec", Math.Max(0.1, seconds));
        }

        solver.Solve();
        double[] values = solver.Solution.ToArray();
        bool bounded = Math.Ceiling(solver.BestBound - RootSolve.Tolerance) >= Math.Round(solver.Objective);
        return new Answer(values, values.Length > 0 ? solver.IsProvenOptimal && bounded : solver.IsProvenInfeasible);
    }

    // Of a class, the members in order of arrival take its starts in order.
    private static int[] Starts(HindsightInstance instance, JobClass[] classes, TimeIndexedProgram program, double[] values)
    {
        int[] starts = new int[instance.Jobs.Length];
        int[] next = new int[classes.Length];
        for (int j = 0; j < values.Length; j++)
        {
            int c = program.ColumnClasses[j];
            for (int count = (int)Math.Round(values[j]); count > 0 && next[c] < classes[c].Count; count--)
            {
                starts[classes[c].Members[next[c]++]] = program.ColumnRounds[j];
            }
        }

        return starts;
    }

    private sealed record Answer(double[] Values, bool Proven);
}
