using Plimsoll.Core;
using Plimsoll.Optimization.Linear;
using Plimsoll.Optimization.Native;

namespace Plimsoll.Optimization.Hindsight;

/// <summary>
/// The optimum in hindsight: the least total latency that any schedule of an instance can have, which tells how far a policy is from it.
/// </summary>
/// <remarks>
/// <para>The program: x(c,t) jobs of class c (equal prompt and output) start in round t; Σ t·x(c,t) is minimised while each class starts
/// all its jobs, none before it arrives, and no round τ holds more than M: Σ (s + τ − t)·x(c,t) over t &lt; τ ≤ t + o. Source: the
/// hindsight integer program of arXiv 2502.07115.</para>
/// <para>Which starts have to be considered: from the arrival to <see cref="HindsightInstance.Horizon"/>, which every optimal schedule
/// keeps. A start is ruled out only where a lower bound on all schedules that use it (<see cref="DualBound"/>) exceeds the total latency of
/// the best schedule known minus one; totals are whole, so no better schedule uses it. A shorter horizon, such as the makespan of a known
/// schedule, would not do: an optimal schedule may end later.</para>
/// <para>The time limit is asked between steps. A step is one linear program, at most a third of the limit by CLP's own clock, or some
/// thousand states of the round search; CBC runs on a thread of its own and is given up when the time is over.</para>
/// </remarks>
public sealed class HindsightProgram
{
    private readonly JobClass[] _classes;

    /// <summary>Takes the instance.</summary>
    public HindsightProgram(HindsightInstance instance)
    {
        Instance = instance;
        _classes = JobClass.Of(instance);
    }

    /// <summary>What is to be scheduled.</summary>
    public HindsightInstance Instance { get; }

    /// <summary>Looks for the schedule with the least total latency, and for a proof.</summary>
    /// <exception cref="SolverMissingException">The options need a native solver that is not installed.</exception>
    /// <exception cref="ProgramTooLargeException">The instance is beyond the limits.</exception>
    public HindsightSolution Solve(HindsightOptions options)
    {
        RequireOptions(options);
        if (options.Method == HindsightMethod.RoundSearch && (Instance.Jobs.Length > 64 || Instance.CapacityTokens > ushort.MaxValue))
        {
            throw new ProgramTooLargeException(
                $"The round search takes 64 jobs and {ushort.MaxValue} tokens at most, not {Instance.Jobs.Length} jobs and "
                + $"{Instance.CapacityTokens} tokens.");
        }

        if (options.UseRelaxation || options.Method == HindsightMethod.IntegerProgram)
        {
            SolverLibraries.Require();
        }

        double begin = options.Clock?.Invoke() ?? 0;
        double Elapsed() => (options.Clock?.Invoke() ?? 0) - begin;
        double Left() => options.LimitSeconds - Elapsed();
        var best = new IncumbentSearch(Instance);
        best.TryKnownLists();
        if (options.KnownStarts is not null)
        {
            best.Offer([.. options.KnownStarts]);
        }

        best.Improve(options.LocalSearchSchedules, options.Seed);
        var root = new RootSolve(Instance, _classes, options);
        if (options.UseRelaxation)
        {
            // A third of the time at most: a good bound is worth little when nothing is left to search with it.
            double reserve = double.IsPositiveInfinity(options.LimitSeconds) ? 0 : options.LimitSeconds * 2 / 3;
            root.Run(best, () => Left() - reserve);
        }

        double rootBound = root.Prices.Bound;
        double bound = rootBound;
        int mostStates = 0;
        options.Progress?.Invoke(new HindsightProgress(Elapsed(), best.Latency, Whole(bound, best.Latency)));
        if (Whole(bound, best.Latency) < best.Latency)
        {
            bound = Math.Max(bound, options.Method == HindsightMethod.RoundSearch
                ? SearchRounds(root, best, options, Elapsed, out mostStates)
                : IntegerSolve.Run(Instance, _classes, root, best, options, Elapsed));
        }

        int[] starts = best.Starts.ToArray();
        if (!Instance.Fits(starts) || Instance.LatencyOf(starts) != best.Latency)
        {
            throw new InvariantBrokenException("a schedule does not fit or has another total latency than was said");
        }

        return new HindsightSolution(best.Latency, starts, Whole(bound, best.Latency), Math.Min(rootBound, best.Latency), mostStates);
    }

    /// <summary>Solves the linear relaxation, without cuts.</summary>
    /// <param name="options">Size limits and time; a relaxation that is not solved in time is an error.</param>
    /// <param name="horizon">
    /// Round by which every job has to finish; null for the instance's horizon, with which the bound holds for every schedule. A shorter
    /// one can raise the bound, and then speaks of shorter schedules only.
    /// </param>
    /// <exception cref="SolverMissingException">CLP is not installed.</exception>
    /// <exception cref="ProgramTooLargeException">The program is beyond the limits.</exception>
    /// <exception cref="InvalidOperationException">No fractional schedule keeps the horizon, or the time was up.</exception>
    public HindsightRelaxation SolveRelaxation(HindsightOptions options, int? horizon = null)
    {
        RequireOptions(options);
        SolverLibraries.Require();
        double begin = options.Clock?.Invoke() ?? 0;
        int[] atOnce = [.. _classes.Select(jobs => jobs.Count)];
        bool[][] possible = StartSets.All(Instance, _classes, horizon ?? Instance.Horizon);
        var best = new IncumbentSearch(Instance);
        best.TryKnownLists();
        int last = horizon ?? 0;
        foreach (int start in best.Starts)
        {
            last = Math.Max(last, start);
        }

        bool[][] columns = StartSets.UpTo(possible, last);
        while (true)
        {
            var program = new TimeIndexedProgram(Instance, _classes, columns, [], atOnce);
            RequireSize(program.Model, options);
            using var solver = new ClpModel(program.Model);
            LinearStatus status = solver.Solve(options.LimitSeconds - (options.Clock?.Invoke() ?? 0) + begin);
            if (status != LinearStatus.Optimal)
            {
                throw new InvalidOperationException($"the relaxation was not solved: {status}");
            }

            var prices = new DualBound(Instance, _classes, atOnce);
            prices.Compute(program, solver.RowDuals, [], possible);
            if (!prices.AddCheaper(possible, columns))
            {
                return new HindsightRelaxation(prices.Bound, MeanStarts.Of(Instance, _classes, program, solver.Values));
            }
        }
    }

    internal static void RequireSize(LinearModel program, HindsightOptions options)
    {
        if (program.Columns > options.MostColumns || program.Nonzeros > options.MostNonzeros)
        {
            throw new ProgramTooLargeException(
                $"The program has {program.Columns} columns and {program.Nonzeros} coefficients; the limits are {options.MostColumns} and "
                + $"{options.MostNonzeros}. Fewer or shorter jobs make it smaller.");
        }
    }

    /// <summary>The bound as a whole number, and no more than what is known to be possible.</summary>
    internal static long Whole(double bound, long latency) =>
        bound >= latency ? latency : (long)Math.Ceiling(bound - RootSolve.Tolerance);

    private void RequireOptions(HindsightOptions options)
    {
        if (!(options.LimitSeconds > 0) || (options.Clock is null && !double.IsPositiveInfinity(options.LimitSeconds)))
        {
            throw new ArgumentException($"a limit of {options.LimitSeconds} s: it is positive, and needs a clock", nameof(options));
        }

        if (options.MostStates < 1 || options.LocalSearchSchedules < 0)
        {
            throw new ArgumentException(
                $"{options.MostStates} states and {options.LocalSearchSchedules} schedules: at least 1 and 0", nameof(options));
        }

        // Before anything is built: one flag for each class and round.
        if ((long)_classes.Length * Instance.Horizon > 50_000_000)
        {
            throw new ProgramTooLargeException($"{_classes.Length} lengths of jobs over {Instance.Horizon} rounds are too many starts.");
        }
    }

    // Ever wider, until a search cuts nothing off: the narrow ones find good schedules, with which the next rules more out.
    private double SearchRounds(RootSolve root, IncumbentSearch best, HindsightOptions options, Func<double> elapsed, out int mostStates)
    {
        const int FirstWidth = 256;
        const int Widen = 16;
        double bound = root.Prices.Bound;
        mostStates = 0;
        for (long width = FirstWidth; ; width *= Widen)
        {
            int kept = (int)Math.Min(width, options.MostStates);
            var search = new RoundSearch(Instance, _classes, root.Possible, root.Prices, best.Latency);
            search.Run(kept, latency =>
            {
                options.Progress?.Invoke(new HindsightProgress(elapsed(), latency, Whole(bound, latency)));
                return elapsed() < options.LimitSeconds;
            });
            mostStates = Math.Max(mostStates, search.MostStates);
            if (search.Found)
            {
                best.Offer(search.Starts());
                StartSets.RuleOut(root.Possible, root.Possible, root.Prices, best.Latency);
            }

            bound = Math.Max(bound, Math.Min(search.OpenBound, best.Latency));
            options.Progress?.Invoke(new HindsightProgress(elapsed(), best.Latency, Whole(bound, best.Latency)));
            if (Whole(bound, best.Latency) >= best.Latency || kept >= options.MostStates || elapsed() >= options.LimitSeconds)
            {
                return bound;
            }
        }
    }
}
