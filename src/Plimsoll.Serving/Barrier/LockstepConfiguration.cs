using Plimsoll.Policies;
using Plimsoll.Policies.Balancing;

namespace Plimsoll.Serving.Barrier;

/// <summary>What makes a group of engines that run their steps together, beside the engines themselves.</summary>
/// <param name="Workers">Engines in the group, from 1; all alike.</param>
/// <param name="Balancing">Which waiting requests join which workers.</param>
public sealed record LockstepConfiguration(int Workers, PolicyChoice<IBalancingPolicy> Balancing)
{
    /// <summary>
    /// Most requests on one worker, waiting there or running, from 1; null for as many as an engine admits at the same time.
    /// </summary>
    public int? SlotsPerWorker { get; init; }

    /// <summary>Most requests of the group's pool, in order of arrival, that the policy sees at once; from 1.</summary>
    public int PoolRequests { get; init; } = int.MaxValue;

    /// <summary>Solves the integer programs of policies that follow one; null when there are none.</summary>
    public IPlacementSolver? Solver { get; init; }

    /// <summary>
    /// What a step takes, in picoseconds, a worker that has nothing to compute while others do: a dummy batch (vllm-v1-engine, section 7).
    /// Not negative.
    /// </summary>
    public long IdlePicoseconds { get; init; }

    /// <summary>
    /// What each new token of any worker, of a prompt or of an output, adds to the step of all, in picoseconds: experts that are spread
    /// over the workers, and the exchange of tokens with them (vllm-v1-engine, section 7). Not negative.
    /// </summary>
    public long SharedPicosecondsPerToken { get; init; }
}
