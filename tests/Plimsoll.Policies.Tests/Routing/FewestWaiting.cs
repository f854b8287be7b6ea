using Plimsoll.Core;
using Plimsoll.Policies.Routing;

namespace Plimsoll.Policies.Tests.Routing;

#region policy
/// <summary>The replica with the fewest requests in its own queue; at a tie the lowest id.</summary>
/// <remarks>
/// <para>Signals: Queue. The numbers are as old as the report; requests sent since do not count.</para>
/// <para>A bad idea with slow reports: until the next one, everything goes to the same replica.</para>
/// <para>Source: the example of CONTRIBUTING.md.</para>
/// </remarks>
public sealed class FewestWaiting : IRoutingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IRoutingPolicy> Entry { get; } = new()
    {
        Name = "fewest-waiting",
        Summary = "The replica with the fewest requests in its own queue (at a tie the lowest id).",
        BadIdea = "With slow reports: until the next one, everything goes to the same replica.",
        Source = "The example of CONTRIBUTING.md.",
        Signals = Signals.Queue,
        Create = _ => new FewestWaiting(),
    };

    /// <inheritdoc/>
    public int Choose(in RequestView request, ReadOnlySpan<ReplicaView> replicas, ref RandomStream random)
    {
        int best = 0;
        for (int i = 1; i < replicas.Length; i++)
        {
            best = replicas[i].WaitingRequests < replicas[best].WaitingRequests ? i : best;
        }

        return best;
    }
}
#endregion
