using Plimsoll.Core;

namespace Plimsoll.Policies.Routing;

/// <summary>The replica after the one that took the last request, in order of id, then from the beginning again.</summary>
/// <remarks>
/// <para>
/// The cursor is the id of the last replica and not a position, so that the turn stays fair when replicas come and go. The first
/// request goes to the lowest id.
/// </para>
/// <para>Signals: none, so nothing can be stale.</para>
/// <para>A bad idea when requests differ much in length or replicas in speed: it counts requests and not work.</para>
/// <para>Source: folklore; the default of most load balancers.</para>
/// </remarks>
public sealed class RoundRobin : IRoutingPolicy, IRemembers
{
    private ReplicaId _last = new(-1);

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IRoutingPolicy> Entry { get; } = new()
    {
        Name = "round-robin",
        Summary = "Replicas take turns in order of id.",
        BadIdea = "When requests differ much in length or replicas in speed: it counts requests and not work.",
        Source = "Folklore; the default of most load balancers.",
        Signals = Signals.None,
        Create = _ => new RoundRobin(),
    };

    /// <inheritdoc/>
    public int Choose(in RequestView request, ReadOnlySpan<ReplicaView> replicas, ref RandomStream random)
    {
        int index = FirstAfter(_last, replicas);
        _last = replicas[index].Id;
        return index;
    }

    /// <inheritdoc/>
    public ulong[] Saved() => [(ulong)(_last.Value + 1)];

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<ulong> words) => _last = words is [<= int.MaxValue]
        ? new ReplicaId((int)words[0] - 1)
        : throw new ArgumentException("round-robin remembers one replica", nameof(words));

    private static int FirstAfter(ReplicaId last, ReadOnlySpan<ReplicaView> replicas)
    {
        int low = 0;
        int high = replicas.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (replicas[middle].Id > last)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low == replicas.Length ? 0 : low;
    }
}
