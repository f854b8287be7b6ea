using System.Diagnostics.CodeAnalysis;

namespace Plimsoll.Policies.Balancing;

/// <summary>Stands where no integer solver is at hand: refuses.</summary>
public sealed class NoPlacementSolver : IPlacementSolver
{
    /// <inheritdoc/>
    public bool TrySolve(PlacementProblem problem, Span<int> workers, [NotNullWhen(false)] out string? refusal)
    {
        refusal = "no integer solver is at hand here";
        return false;
    }
}
