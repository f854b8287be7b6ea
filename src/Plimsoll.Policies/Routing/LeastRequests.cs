using Plimsoll.Core;

namespace Plimsoll.Policies.Routing;

/// <summary>The replica with the fewest requests; at a tie the lowest id.</summary>
/// <remarks>
/// <para>Requests are those running and waiting by the last report, plus those sent since.</para>
/// <para>
/// Signals: Queue. With stale reports the requests that ended since still count, but those sent since count too, so that one
/// dispatcher does not flood the replica that looked empty; several dispatchers with the same old reports do.
/// </para>
/// <para>A bad idea when requests differ much in length, or with several gateways and slow reports.</para>
/// <para>
/// Source: join the shortest queue (W. Winston, Optimality of the Shortest Line Discipline, J. Appl. Prob. 14(1), 1977); "least-request" of
/// AIBrix and Envoy.
/// </para>
/// </remarks>
public sealed class LeastRequests : IRoutingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IRoutingPolicy> Entry { get; } = new()
    {
        Name = "least-requests",
        Summary = "The replica with the fewest requests running, waiting or just sent (at a tie the lowest id).",
        BadIdea = "When requests differ much in length; with several gateways and slow reports, which all run to the same replica.",
        Source = "Join the shortest queue: W. Winston, J. Appl. Prob. 14(1), 1977; least-request of AIBrix and Envoy.",
        Signals = Signals.Queue,
        Create = _ => new LeastRequests(),
    };

    /// <inheritdoc/>
    public int Choose(in RequestView request, ReadOnlySpan<ReplicaView> replicas, ref RandomStream random) => Fewest(replicas);

    internal static int Fewest(ReadOnlySpan<ReplicaView> replicas)
    {
        int best = 0;
        for (int i = 1; i < replicas.Length; i++)
        {
            best = replicas[i].Requests < replicas[best].Requests ? i : best;
        }

        return best;
    }
}
