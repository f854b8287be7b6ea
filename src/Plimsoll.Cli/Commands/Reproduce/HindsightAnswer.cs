using Plimsoll.Cli.Output;
using Plimsoll.Core;
using Plimsoll.Optimization;
using Plimsoll.Optimization.Hindsight;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>What hindsight makes of a list of jobs.</summary>
/// <param name="TotalLatency">Of the best schedule found, in rounds.</param>
/// <param name="IsProven">Whether no schedule is better.</param>
/// <param name="LinearBound">Value of the linear relaxation; not a number without a solver.</param>
internal readonly record struct HindsightAnswer(double TotalLatency, bool IsProven, double LinearBound)
{
    private const double NoLimit = 1e9;

    /// <summary>
    /// Solves the hindsight program; null if it was interrupted. There is no time limit, only one on the states of the search, so that the
    /// answer is the same on every machine.
    /// </summary>
    /// <exception cref="InfeasibleException">The program is beyond the solver's limits.</exception>
    public static HindsightAnswer? Of(IReadOnlyList<InferenceRequest> jobs, int kvTokens, int mostStates, RunProgress progress)
    {
        bool solver = SolverLibraries.Missing is null;
        double Clock() => progress.Interrupted ? double.MaxValue : 0;
        var options = new HindsightOptions { UseRelaxation = solver, MostStates = mostStates, LimitSeconds = NoLimit, Clock = Clock };
        return Solve(jobs, kvTokens, options, solver, progress);
    }

    /// <summary>
    /// A good schedule, from the local search alone, and the linear relaxation: for more jobs than can be solved. The clock counts how
    /// often it is asked, so that the tree search ends at its first question on every machine alike.
    /// </summary>
    /// <exception cref="InfeasibleException">The program is beyond the solver's limits.</exception>
    public static HindsightAnswer? Near(IReadOnlyList<InferenceRequest> jobs, int kvTokens, RunProgress progress)
    {
        int asked = 0;
        var options = new HindsightOptions { UseRelaxation = false, MostStates = 1, LimitSeconds = 1, Clock = () => asked++ };
        return Solve(jobs, kvTokens, options, solver: true, progress);
    }

    private static HindsightAnswer? Solve(
        IReadOnlyList<InferenceRequest> jobs, int kvTokens, HindsightOptions options, bool solver, RunProgress progress)
    {
        try
        {
            HindsightProgram program = ProgramOf(jobs, kvTokens);
            HindsightSolution solution = program.Solve(options);
            if (progress.Interrupted)
            {
                return null;
            }

            double bound = solver ? program.SolveRelaxation(new HindsightOptions()).Bound : double.NaN;
            return new HindsightAnswer(solution.TotalLatency, solution.Proven, bound);
        }
        catch (ProgramTooLargeException refusal)
        {
            throw new InfeasibleException(refusal.Message, refusal);
        }
    }

    private static HindsightProgram ProgramOf(IReadOnlyList<InferenceRequest> jobs, int kvTokens) => new(new HindsightInstance(
        jobs.Select(job => new HindsightJob(
            (int)job.Id.Value, job.PromptTokens, job.OutputTokens, (int)(job.Arrival.Nanoseconds / 1_000_000_000))),
        kvTokens));
}
