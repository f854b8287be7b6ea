using System.Diagnostics;
using Plimsoll.Cli.Output;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Schedules;
using Plimsoll.Metrics.Schedules;
using Plimsoll.Optimization;
using Plimsoll.Optimization.Hindsight;

namespace Plimsoll.Cli.Setup;

/// <summary>What hindsight could make of a list of jobs: the optimum, as far as a solver gets in its time, and the relaxation.</summary>
internal sealed class HindsightBounds
{
    private const int MostSearchedJobs = 64;

    private readonly HindsightProgram _program;
    private readonly HindsightOptions _options;
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <exception cref="InfeasibleException">The memory is beyond what the solver counts with.</exception>
    public HindsightBounds(IReadOnlyList<InferenceRequest> jobs, long kvTokens, double limitSeconds, RunProgress progress)
    {
        if (kvTokens > int.MaxValue / 4)
        {
            throw new InfeasibleException($"the solver counts up to {int.MaxValue / 4:#,0} KV tokens");
        }

        _program = new HindsightProgram(new HindsightInstance(
            jobs.Select(job => new HindsightJob((int)job.Id.Value, job.PromptTokens, job.OutputTokens, (int)(job.Arrival.Nanoseconds / 1_000_000_000))),
            (int)kvTokens));
        _options = new HindsightOptions
        {
            Method = jobs.Count <= MostSearchedJobs ? HindsightMethod.RoundSearch : HindsightMethod.IntegerProgram,
            LimitSeconds = limitSeconds,

            // Whoever presses Ctrl-C has no time left.
            Clock = () => progress.Interrupted ? double.MaxValue : _clock.Elapsed.TotalSeconds,
            Progress = Show,
        };
    }

    /// <summary>Says how to get a solver when there is none.</summary>
    /// <exception cref="InfeasibleException">There is none.</exception>
    public static void RequireSolver()
    {
        if (SolverLibraries.Missing is { } missing)
        {
            throw new InfeasibleException(missing);
        }
    }

    /// <summary>The best schedule found, from the best of the policies' schedules on.</summary>
    public ScheduleOptimum Optimum(IEnumerable<ScheduleOutcome> known)
    {
        double begin = _clock.Elapsed.TotalSeconds;
        HindsightSolution solution = Solve(program => program.Solve(_options with
        {
            KnownStarts = known.MinBy(outcome => outcome.TotalLatency) is { } best ? [.. best.Jobs.Select(job => (int)job.Start)] : null,
        }));
        return new ScheduleOptimum(
            solution.TotalLatency, solution.Proven, solution.LowerBound, [.. solution.Starts.Select(start => (long)start)], _clock.Elapsed.TotalSeconds - begin);
    }

    /// <summary>Value of the linear relaxation.</summary>
    public double RelaxationBound() => Solve(program => program.SolveRelaxation(_options)).Bound;

    private T Solve<T>(Func<HindsightProgram, T> solve)
    {
        try
        {
            return solve(_program);
        }
        catch (Exception refusal) when (refusal is ProgramTooLargeException or SolverMissingException or InvalidOperationException)
        {
            throw new InfeasibleException(refusal.Message, refusal);
        }
        finally
        {
            if (Terminal.IsWatched)
            {
                Console.Error.Write("\r\u001b[K");
            }
        }
    }

    private static void Show(HindsightProgress progress)
    {
        if (Terminal.IsWatched && progress.Seconds > 2)
        {
            Console.Error.Write(
                $"\r\u001b[Kbest {Units.Count(progress.TotalLatency)}, no schedule below {Units.Count(progress.LowerBound)}, {progress.Seconds:0} s");
        }
    }
}
