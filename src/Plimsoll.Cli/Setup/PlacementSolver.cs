using System.Diagnostics.CodeAnalysis;
using Plimsoll.Optimization;
using Plimsoll.Optimization.Placement;
using Plimsoll.Policies.Balancing;

namespace Plimsoll.Cli.Setup;

/// <summary>Solves the integer programs of the policies that follow one, with the solver that is installed.</summary>
/// <param name="limitSeconds">Wall time for each.</param>
internal sealed class PlacementSolver(double limitSeconds) : IPlacementSolver
{
    public bool TrySolve(PlacementProblem problem, Span<int> workers, [NotNullWhen(false)] out string? refusal)
    {
        refusal = null;
        try
        {
            if (new PlacementProgram(Instance(problem)).Solve(limitSeconds) is { } solution)
            {
                solution.CopyTo(workers);
                return true;
            }

            refusal = $"no optimum was proven within {limitSeconds} s";
        }
        catch (Exception reason) when (reason is SolverMissingException or ProgramTooLargeException)
        {
            refusal = reason.Message;
        }

        return false;
    }

    private static PlacementInstance Instance(PlacementProblem problem)
    {
        long[][] loads = new long[problem.Workers][];
        for (int worker = 0; worker < loads.Length; worker++)
        {
            loads[worker] = problem.LoadTokens(worker).ToArray();
        }

        long[][] requests = new long[problem.Requests][];
        for (int i = 0; i < requests.Length; i++)
        {
            requests[i] = new long[problem.Steps];
            for (int step = 0; step < problem.Steps; step++)
            {
                requests[i][step] = problem.RequestTokens(i, step);
            }
        }

        return new PlacementInstance(problem.FreeSlots.ToArray(), loads, requests);
    }
}
