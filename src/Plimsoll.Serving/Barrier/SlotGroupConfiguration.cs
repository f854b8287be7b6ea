using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Balancing;

namespace Plimsoll.Serving.Barrier;

/// <summary>A barrier group of slots: everything about it but its traffic and its dice.</summary>
/// <param name="Workers">Workers that step together, from 1.</param>
/// <param name="SlotsPerWorker">Most requests on one worker, from 1.</param>
/// <param name="PoolRequests">Most waiting requests the policy may see at once, from 1.</param>
/// <param name="StepTime">What each worker's step would take alone; the longest counts for all.</param>
/// <param name="Balancing">Which waiting requests join which workers.</param>
public sealed record SlotGroupConfiguration(
    int Workers, int SlotsPerWorker, int PoolRequests, IStepTimeModel StepTime, PolicyChoice<IBalancingPolicy> Balancing)
{
    /// <summary>The pool of the published setting: four requests for each worker (Chen, Bu et al., arXiv:2601.17855).</summary>
    public static int PublishedPool(int workers) => checked(4 * workers);
}
