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
    /// <summary>
    /// Solves the hindsight program. There is no time limit, only one on the states of the search, so that the answer is the same on every
    /// machine.
    /// </summary>
    public static HindsightAnswer Of(IReadOnlyList<InferenceRequest> jobs, int kvTokens, int mostStates)
    {
        HindsightProgram program = ProgramOf(jobs, kvTokens);
        bool solver = SolverLibraries.Missing is null;
        HindsightSolution solution = program.Solve(new HindsightOptions { UseRelaxation = solver, MostStates = mostStates });
        double bound = solver ? program.SolveRelaxation(new HindsightOptions()).Bound : double.NaN;
        return new HindsightAnswer(solution.TotalLatency, solution.Proven, bound);
    }

    /// <summary>
    /// A good schedule, from the local search alone, and the linear relaxation: for more jobs than can be solved. The clock counts how often
    /// it is asked, so that the tree search ends at its first question on every machine alike.
    /// </summary>
    public static HindsightAnswer Near(IReadOnlyList<InferenceRequest> jobs, int kvTokens)
    {
        HindsightProgram program = ProgramOf(jobs, kvTokens);
        int asked = 0;
        HindsightSolution solution = program.Solve(
            new HindsightOptions { UseRelaxation = false, MostStates = 1, LimitSeconds = 1, Clock = () => asked++ });
        double bound = program.SolveRelaxation(new HindsightOptions()).Bound;
        return new HindsightAnswer(solution.TotalLatency, solution.Proven, bound);
    }

    private static HindsightProgram ProgramOf(IReadOnlyList<InferenceRequest> jobs, int kvTokens) => new(new HindsightInstance(
        jobs.Select(job => new HindsightJob(
            (int)job.Id.Value, job.PromptTokens, job.OutputTokens, (int)(job.Arrival.Nanoseconds / 1_000_000_000))),
        kvTokens));
}
