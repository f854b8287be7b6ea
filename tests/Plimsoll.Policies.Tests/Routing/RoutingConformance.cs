using Plimsoll.Core;
using Plimsoll.Policies.Routing;
using Plimsoll.Testing;

namespace Plimsoll.Policies.Tests.Routing;

/// <summary>The contract of a routing policy, for any catalogue entry.</summary>
internal static class RoutingConformance
{
    private const int Trials = 400;

    /// <summary>With one replica, with all equal, with a thousand, and with any fleet.</summary>
    public static void ChoosesListedReplicas(PolicyEntry<IRoutingPolicy> entry)
    {
        IRoutingPolicy policy = Create(entry);
        RandomStream random = Dice.Seeded(1);
        for (int trial = 0; trial < Trials; trial++)
        {
            Assert.Equal(0, policy.Choose(Requests.Arriving(), Fleet.Idle(1), ref random));
            Assert.InRange(policy.Choose(Requests.Arriving(), Fleet.Of(5, 5, 5, 5, 5), ref random), 0, 4);
            Assert.InRange(policy.Choose(Requests.Arriving(sessionHash: 1), Fleet.Any(1000, ref random), ref random), 0, 999);
        }
    }

    public static void Repeats(PolicyEntry<IRoutingPolicy> entry) => Assert.Equal(Run(entry, Signals.None), Run(entry, Signals.None));

    public static void AllocatesNothing(PolicyEntry<IRoutingPolicy> entry)
    {
        IRoutingPolicy policy = Create(entry);
        RandomStream random = Dice.Seeded(1);
        foreach (int count in (int[])[1, 3, 1000])
        {
            ReplicaView[] replicas = Fleet.Any(count, ref random);
            int[] hits = new int[count];
            hits[count / 2] = 64;
            Allocations.Expect(0, () => policy.Choose(Requests.Arriving(prefixHitTokens: hits), replicas, ref random));
            Allocations.Expect(0, () => policy.Choose(Requests.Arriving(sessionHash: 7), replicas, ref random));
        }
    }

    public static void IgnoresUndeclaredSignals(PolicyEntry<IRoutingPolicy> entry) =>
        Assert.Equal(Run(entry, Signals.None), Run(entry, ~entry.Signals));

    public static void ReadsDeclaredSignals(PolicyEntry<IRoutingPolicy> entry)
    {
        foreach (Signals signal in Enum.GetValues<Signals>().Where(signal => signal != Signals.None && entry.Signals.HasFlag(signal)))
        {
            Assert.False(Run(entry, Signals.None).SequenceEqual(Run(entry, signal)), $"{entry.Name} declares {signal} and ignores it");
        }
    }

    /// <summary>
    /// The choices over many fleets, with new values in everything that belongs to the <paramref name="scrambled"/> signals.
    /// </summary>
    private static int[] Run(PolicyEntry<IRoutingPolicy> entry, Signals scrambled)
    {
        IRoutingPolicy policy = Create(entry);
        RandomStream traffic = Dice.Seeded(2);
        RandomStream noise = Dice.Seeded(3);
        RandomStream dice = Dice.Seeded(4);
        int[] choices = new int[Trials];
        for (int trial = 0; trial < Trials; trial++)
        {
            ReplicaView[] replicas = Fleet.Any(1 + (int)traffic.NextBelow(6), ref traffic);
            ReplicaView[] others = Fleet.Any(replicas.Length, ref noise);
            RequestView request = AnyRequest(replicas.Length, ref traffic);
            RequestView other = AnyRequest(replicas.Length, ref noise);
            for (int i = 0; i < replicas.Length; i++)
            {
                Scramble(ref replicas[i], others[i], scrambled);
            }

            choices[trial] = policy.Choose(Mixed(request, other, scrambled), replicas, ref dice);
        }

        return choices;
    }

    private static RequestView AnyRequest(int replicas, ref RandomStream random)
    {
        int[] hits = new int[replicas];
        for (int i = 0; i < replicas; i++)
        {
            hits[i] = 16 * (int)random.NextBelow(3);
        }

        return new RequestView
        {
            PromptTokens = 1 + (int)random.NextBelow(1000),
            SessionHash = (ulong)random.NextBelow(4),
            Priority = (int)random.NextBelow(5),
            PrefixHitTokens = hits,
        };
    }

    private static void Scramble(ref ReplicaView replica, in ReplicaView other, Signals scrambled)
    {
        if (scrambled.HasFlag(Signals.Queue))
        {
            replica.RunningRequests = other.RunningRequests;
            replica.WaitingRequests = other.WaitingRequests;
            replica.SentSinceReport = other.SentSinceReport;
            replica.InFlightRequests = other.InFlightRequests;
        }

        if (scrambled.HasFlag(Signals.Tokens))
        {
            replica.InFlightTokens = other.InFlightTokens;
        }

        if (scrambled.HasFlag(Signals.KvMemory))
        {
            replica.KvBlocksUsed = other.KvBlocksUsed;
            replica.KvBlocksTotal = other.KvBlocksTotal;
        }
    }

    private static RequestView Mixed(in RequestView request, in RequestView other, Signals scrambled) => new()
    {
        PromptTokens = scrambled.HasFlag(Signals.Tokens) ? other.PromptTokens : request.PromptTokens,
        SessionHash = scrambled.HasFlag(Signals.Session) ? other.SessionHash : request.SessionHash,
        Priority = scrambled.HasFlag(Signals.Priority) ? other.Priority : request.Priority,
        PrefixHitTokens = scrambled.HasFlag(Signals.PrefixHits) ? other.PrefixHitTokens : request.PrefixHitTokens,
    };

    private static IRoutingPolicy Create(PolicyEntry<IRoutingPolicy> entry) => entry.Create(PolicyArguments.Defaults);
}
