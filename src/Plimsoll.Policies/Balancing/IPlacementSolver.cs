using System.Diagnostics.CodeAnalysis;

namespace Plimsoll.Policies.Balancing;

/// <summary>Answers one question: which placement keeps the loads of the coming steps most even?</summary>
/// <remarks>
/// The program: x(i,g) = 1 if request i joins worker g; each joins at most one, no worker takes more than its free slots, and
/// min(requests, free slots) are placed; the sum over the steps of G · greatest load − all loads is least. Source: scheduling theory,
/// section 3.2.
/// </remarks>
public interface IPlacementSolver
{
    /// <summary>Solves it, or says why not.</summary>
    /// <param name="problem">The program.</param>
    /// <param name="workers">Comes back with the worker of each request, or −1, if it was solved.</param>
    /// <param name="refusal">One sentence for the user if it was not: too large, no solver, no time left.</param>
    /// <returns>Whether it was solved to the optimum.</returns>
    bool TrySolve(PlacementProblem problem, Span<int> workers, [NotNullWhen(false)] out string? refusal);
}
