using System.Diagnostics.CodeAnalysis;
using Plimsoll.Policies.Balancing;

namespace Plimsoll.Policies.Tests.Balancing;

/// <summary>Stands in for a solver where the optimum does not matter: the oldest requests, each where it adds least imbalance.</summary>
internal sealed class GreedyPlacement : IPlacementSolver
{
    private readonly int[] _free = new int[64];

    public bool TrySolve(PlacementProblem problem, Span<int> workers, [NotNullWhen(false)] out string? refusal)
    {
        refusal = null;
        problem.FreeSlots.CopyTo(_free);
        workers.Fill(-1);
        for (int i = 0; i < problem.Placed; i++)
        {
            int best = -1;
            long least = long.MaxValue;
            for (int worker = 0; worker < problem.Workers; worker++)
            {
                workers[i] = worker;
                long imbalance = _free[worker] > 0 ? problem.Imbalance(workers) : long.MaxValue;
                (best, least) = imbalance < least ? (worker, imbalance) : (best, least);
            }

            workers[i] = best;
            _free[best]--;
        }

        return true;
    }
}
