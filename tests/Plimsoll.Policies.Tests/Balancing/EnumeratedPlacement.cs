using System.Diagnostics.CodeAnalysis;
using Plimsoll.Policies.Balancing;

namespace Plimsoll.Policies.Tests.Balancing;

/// <summary>Solves tiny programs by trying everything.</summary>
internal sealed class EnumeratedPlacement : IPlacementSolver
{
    public bool TrySolve(PlacementProblem problem, Span<int> workers, [NotNullWhen(false)] out string? refusal)
    {
        refusal = null;
        int[] trial = new int[problem.Requests];
        int[] best = [];
        long least = long.MaxValue;
        Try(problem, trial, 0, 0, problem.FreeSlots.ToArray(), ref best, ref least);
        best.CopyTo(workers);
        return true;
    }

    private static void Try(PlacementProblem problem, int[] trial, int request, int placed, int[] free, ref int[] best, ref long least)
    {
        if (problem.Placed - placed > problem.Requests - request)
        {
            return;
        }

        if (request == problem.Requests)
        {
            long imbalance = problem.Imbalance(trial);
            if (imbalance < least)
            {
                (least, best) = (imbalance, (int[])trial.Clone());
            }

            return;
        }

        trial[request] = -1;
        Try(problem, trial, request + 1, placed, free, ref best, ref least);
        for (int worker = 0; worker < problem.Workers && placed < problem.Placed; worker++)
        {
            if (free[worker] > 0)
            {
                free[worker]--;
                trial[request] = worker;
                Try(problem, trial, request + 1, placed + 1, free, ref best, ref least);
                free[worker]++;
            }
        }
    }
}
