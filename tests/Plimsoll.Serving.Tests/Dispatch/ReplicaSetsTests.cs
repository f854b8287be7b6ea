using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Serving.Tests.Dispatch;

/// <summary>Sets that are shared.</summary>
public class ReplicaSetsTests
{
    [Fact]
    public void A_set_with_one_replica_more_is_another_and_leaves_the_first_as_it_was()
    {
        var sets = new ReplicaSets(replicas: 130);
        int one = Held(sets, ReplicaSets.Empty, 129);
        int two = Held(sets, one, 3);

        Assert.Equal([0UL, 0, 0], sets.Bits(ReplicaSets.Empty).ToArray());
        Assert.Equal([0UL, 0, 2], sets.Bits(one).ToArray());
        Assert.Equal([8UL, 0, 2], sets.Bits(two).ToArray());
    }

    [Fact]
    public void A_replica_that_is_in_the_set_does_not_make_another()
    {
        var sets = new ReplicaSets(replicas: 2);
        int one = Held(sets, ReplicaSets.Empty, 1);

        Assert.Equal(one, sets.With(one, 1));
    }

    [Fact]
    public void A_set_that_nobody_holds_is_used_again()
    {
        var sets = new ReplicaSets(replicas: 8);
        int first = Held(sets, ReplicaSets.Empty, 1);
        sets.Hold(first);
        sets.Release(first);
        int second = Held(sets, first, 2);
        sets.Release(first);

        Assert.NotEqual(first, second);
        Assert.Equal(first, sets.With(second, 3));
        Assert.Equal([14UL], sets.Bits(first).ToArray());
    }

    private static int Held(ReplicaSets sets, int set, int replica)
    {
        int with = sets.With(set, replica);
        sets.Hold(with);
        return with;
    }
}
