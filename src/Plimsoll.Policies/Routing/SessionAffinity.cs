using Plimsoll.Core;

namespace Plimsoll.Policies.Routing;

/// <summary>Every request of a session to the same replica; one without a session to the replica with the fewest requests.</summary>
/// <remarks>
/// <para>
/// Rendezvous hashing: the replica with the greatest hash of (session, replica id), at a tie the lowest id. When a replica leaves,
/// only its sessions move, evenly over the rest; when one joins, it takes its even share and nothing else moves. No table is kept,
/// so several gateways agree without talking.
/// </para>
/// <para>
/// Signals: Session, which the request carries, and Queue for requests without one, treated as <see cref="LeastRequests"/> does.
/// </para>
/// <para>A bad idea when a few sessions carry most of the load: nothing moves them away from a replica that is full.</para>
/// <para>Source: D. Thaler and C. Ravishankar, Using Name-Based Mappings to Increase Hit Rates, IEEE/ACM ToN 6(1), 1998.</para>
/// </remarks>
public sealed class SessionAffinity : IRoutingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IRoutingPolicy> Entry { get; } = new()
    {
        Name = "session",
        Summary = "Every request of a session to the same replica by rendezvous hashing; without a session as least-requests.",
        BadIdea = "When a few sessions carry most of the load: nothing moves them away from a replica that is full.",
        Source = "D. Thaler and C. Ravishankar, Using Name-Based Mappings to Increase Hit Rates, IEEE/ACM ToN 6(1), 1998.",
        Signals = Signals.Session | Signals.Queue,
        Create = _ => new SessionAffinity(),
    };

    /// <inheritdoc/>
    public int Choose(in RequestView request, ReadOnlySpan<ReplicaView> replicas, ref RandomStream random) =>
        request.SessionHash == 0 ? LeastRequests.Fewest(replicas) : Rendezvous(request.SessionHash, replicas);

    private static int Rendezvous(ulong session, ReadOnlySpan<ReplicaView> replicas)
    {
        int best = 0;
        ulong bestWeight = StableHash.Combine(session, (ulong)replicas[0].Id.Value);
        for (int i = 1; i < replicas.Length; i++)
        {
            ulong weight = StableHash.Combine(session, (ulong)replicas[i].Id.Value);
            if (weight > bestWeight)
            {
                (best, bestWeight) = (i, weight);
            }
        }

        return best;
    }
}
