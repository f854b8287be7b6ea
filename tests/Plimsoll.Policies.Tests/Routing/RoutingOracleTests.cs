using FsCheck;
using FsCheck.Fluent;
using Plimsoll.Core;
using Plimsoll.Policies.Routing;
using Plimsoll.Testing;

namespace Plimsoll.Policies.Tests.Routing;

/// <summary>Each policy against a twin that sorts, as its definition says, and does not care what that costs.</summary>
public sealed class RoutingOracleTests
{
    private delegate int Twin(ReplicaView[] replicas, int[] hits, ref RandomStream random);

    [Fact]
    public void Least_requests() => Agree(new LeastRequests(), (ReplicaView[] replicas, int[] _, ref RandomStream _) =>
        Indices(replicas).OrderBy(i => replicas[i].Requests).ThenBy(i => replicas[i].Id).First());

    [Fact]
    public void Least_tokens() => Agree(new LeastTokens(), (ReplicaView[] replicas, int[] _, ref RandomStream _) =>
        Indices(replicas).OrderBy(i => replicas[i].InFlightTokens).ThenBy(i => replicas[i].Id).First());

    [Fact]
    public void Least_kv() => Agree(new LeastKv(), (ReplicaView[] replicas, int[] _, ref RandomStream _) =>
        Indices(replicas)
            .OrderBy(i => replicas.Any(replica => replica.KvBlocksTotal == 0)
                ? 0
                : (decimal)replicas[i].KvBlocksUsed / replicas[i].KvBlocksTotal)
            .ThenBy(i => replicas[i].InFlightTokens)
            .ThenBy(i => replicas[i].Id)
            .First());

    [Fact]
    public void Power_of_two() => Agree(new PowerOfTwoChoices(3), (ReplicaView[] replicas, int[] _, ref RandomStream random) =>
    {
        SortedSet<int> drawn = [];
        for (int last = Math.Max(0, replicas.Length - 3); last < replicas.Length; last++)
        {
            int index = (int)random.NextBelow(last + 1);
            drawn.Add(drawn.Contains(index) ? last : index);
        }

        return drawn.OrderBy(i => replicas[i].Requests).ThenBy(i => replicas[i].Id).First();
    });

    [Fact]
    public void Prefix_aware() => Agree(new PrefixAware(3, 0.5), (ReplicaView[] replicas, int[] hits, ref RandomStream random) =>
    {
        int[] all = [.. Indices(replicas)];
        int fewest = replicas.Min(replica => replica.Requests);
        bool guarded = replicas.Max(replica => replica.Requests) - fewest > 3;
        double mean = replicas.Average(replica => replica.Requests);
        double deviation = Math.Sqrt(replicas.Average(replica => Math.Pow(replica.Requests - mean, 2)));
        int[] matches =
        [
            .. all.Where(i => !guarded || replicas[i].Requests == fewest)
                .Where(i => hits.Length > 0 && hits[i] > 0)
                .OrderByDescending(i => hits[i])
                .ThenBy(i => replicas[i].Requests)
                .ThenBy(i => replicas[i].Id)
                .Where(i => guarded || replicas[i].Requests <= mean + (0.5 * deviation) + 1e-9),
        ];
        int[] idlest = [.. all.Where(i => replicas[i].Requests == fewest)];
        return matches.Length > 0 ? matches[0] : idlest[random.NextBelow(idlest.Length)];
    });

    private static IEnumerable<int> Indices(ReplicaView[] replicas) => Enumerable.Range(0, replicas.Length);

    private static void Agree(IRoutingPolicy policy, Twin twin) => Prop.ForAll<int>(seed =>
    {
        RandomStream random = new((ulong)seed);
        for (int round = 0; round < 20; round++)
        {
            ReplicaView[] replicas = Fleet.Any(1 + (int)random.NextBelow(9), ref random);
            int[] hits = AnyHits(replicas.Length, ref random);
            ulong dice = random.NextUInt64();
            RandomStream mine = new(dice);
            RandomStream its = new(dice);
            int choice = policy.Choose(Requests.Arriving(prefixHitTokens: hits), replicas, ref mine);
            Assert.Equal(twin(replicas, hits, ref its), choice);
        }
    }).QuickCheckThrowOnFailure();

    private static int[] AnyHits(int count, ref RandomStream random)
    {
        int[] hits = new int[random.NextBelow(5) == 0 ? 0 : count];
        for (int i = 0; i < hits.Length; i++)
        {
            hits[i] = 16 * (int)random.NextBelow(4);
        }

        return hits;
    }
}
