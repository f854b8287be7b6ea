using Plimsoll.Core;

namespace Plimsoll.Testing;

/// <summary>Fleets by the line: <c>Fleet.Of(3, 0, 5)</c> is three replicas that run 3, 0 and 5 requests.</summary>
public static class Fleet
{
    /// <summary>Replicas 0, 1, 2, … that run this many requests; memory unlimited, nothing sent.</summary>
    public static ReplicaView[] Of(params ReadOnlySpan<int> requests)
    {
        ReplicaView[] replicas = new ReplicaView[requests.Length];
        for (int i = 0; i < replicas.Length; i++)
        {
            replicas[i] = new ReplicaView { Id = new ReplicaId(i), RunningRequests = requests[i] };
        }

        return replicas;
    }

    /// <summary>That many replicas with nothing to do.</summary>
    public static ReplicaView[] Idle(int count) => Of(new int[count]);

    /// <summary>The same replicas with these tokens in flight.</summary>
    public static ReplicaView[] WithTokens(this ReplicaView[] replicas, params ReadOnlySpan<long> tokens)
    {
        for (int i = 0; i < replicas.Length; i++)
        {
            replicas[i].InFlightTokens = tokens[i];
        }

        return replicas;
    }

    /// <summary>The same replicas with these KV blocks used and in total.</summary>
    public static ReplicaView[] WithKv(this ReplicaView[] replicas, params ReadOnlySpan<(long Used, long Total)> blocks)
    {
        for (int i = 0; i < replicas.Length; i++)
        {
            (replicas[i].KvBlocksUsed, replicas[i].KvBlocksTotal) = blocks[i];
        }

        return replicas;
    }

    /// <summary>
    /// Any fleet: ids with gaps, and numbers small enough that ties are common. In one of four fleets memory is unlimited.
    /// </summary>
    public static ReplicaView[] Any(int count, ref RandomStream random)
    {
        ReplicaView[] replicas = new ReplicaView[count];
        int id = 0;
        bool limited = random.NextBelow(4) > 0;
        foreach (ref ReplicaView replica in replicas.AsSpan())
        {
            id += 1 + (int)random.NextBelow(3);
            replica.Id = new ReplicaId(id);
            replica.ObservedAt = new Instant(random.NextBelow(1000));
            replica.RunningRequests = (int)random.NextBelow(8);
            replica.WaitingRequests = (int)random.NextBelow(4);
            replica.SentSinceReport = (int)random.NextBelow(3);
            replica.InFlightRequests = (int)random.NextBelow(12);
            replica.InFlightTokens = random.NextBelow(6) * 100;
            replica.KvBlocksTotal = limited ? 50 * (1 + random.NextBelow(2)) : 0;
            replica.KvBlocksUsed = limited ? 10 * random.NextBelow(6) : 0;
        }

        return replicas;
    }
}
