using Plimsoll.Core;
using Plimsoll.Policies.Routing;
using Plimsoll.Testing;

namespace Plimsoll.Policies.Tests.Routing;

public sealed class SessionAffinityTests
{
    private const int Sessions = 20_000;

    [Fact]
    public void A_session_stays_whatever_the_load()
    {
        ulong session = StableHash.Of("a conversation");

        Assert.Equal(Replica(session, Fleet.Idle(7)), Replica(session, Fleet.Of(99, 98, 97, 96, 95, 94, 93)));
    }

    [Fact]
    public void The_greatest_hash_of_session_and_replica_wins()
    {
        for (int i = 0; i < 200; i++)
        {
            int expected = Fleet.Idle(9).MaxBy(replica => StableHash.Combine(Session(i), (ulong)replica.Id.Value)).Id.Value;
            Assert.Equal(expected, Replica(Session(i), Fleet.Idle(9)));
        }
    }

    [Fact]
    public void Without_a_session_the_fewest_requests_win() => Assert.Equal(2, Replica(0, Fleet.Of(5, 4, 1, 3)));

    [Fact]
    public void Sessions_spread_evenly()
    {
        int[] counts = new int[8];
        for (int i = 0; i < Sessions; i++)
        {
            counts[Replica(Session(i), Fleet.Idle(8))]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 2_280, 2_720)); // 2500 ± 4.7 standard deviations
    }

    [Fact]
    public void When_a_replica_leaves_only_its_sessions_move()
    {
        ReplicaView[] rest = [.. Fleet.Idle(8).Where(replica => replica.Id.Value != 3)];
        for (int i = 0; i < Sessions; i++)
        {
            int before = Replica(Session(i), Fleet.Idle(8));
            int after = Replica(Session(i), rest);
            Assert.True(before == after || before == 3, "a session moved that did not have to");
        }
    }

    private static ulong Session(int i) => StableHash.Of($"session {i}");

    private static int Replica(ulong session, ReplicaView[] replicas)
    {
        RandomStream random = Dice.Seeded(1);
        return replicas[new SessionAffinity().Choose(Requests.Arriving(sessionHash: session), replicas, ref random)].Id.Value;
    }
}
