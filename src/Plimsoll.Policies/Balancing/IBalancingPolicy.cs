using Plimsoll.Core;

namespace Plimsoll.Policies.Balancing;

/// <summary>Answers one question: which waiting requests join which workers of a barrier group now?</summary>
/// <remarks>
/// Every step of the group lasts as long as its slowest worker's, so that what matters is the greatest load, and where it will be in the
/// steps to come. A request stays where it was put until it ends. A policy may keep state, which then belongs to one group; a decision
/// allocates nothing once its buffers have grown.
/// </remarks>
public interface IBalancingPolicy
{
    /// <summary>
    /// Puts waiting requests on free slots: each request at most once, no worker beyond its free slots. Policies that keep the workers
    /// busy put min(waiting, free slots) of them.
    /// </summary>
    /// <param name="group">The group before its next step.</param>
    /// <param name="placements">Empty; the policy adds to it.</param>
    /// <param name="random">The only source of chance.</param>
    void Assign(in GroupView group, Placements placements, ref RandomStream random);

    /// <summary>Gives the policy an integer solver, for those that follow a program; before its first decision.</summary>
    /// <param name="solver">The solver.</param>
    void Equip(IPlacementSolver solver)
    {
    }

    /// <summary>A request finished, for policies that learn how long outputs are.</summary>
    /// <param name="promptTokens">Length of its prompt.</param>
    /// <param name="outputTokens">Tokens it generated.</param>
    void Learn(int promptTokens, int outputTokens)
    {
    }
}
