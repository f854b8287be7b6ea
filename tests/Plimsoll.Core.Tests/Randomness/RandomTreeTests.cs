namespace Plimsoll.Core.Tests.Randomness;

public class RandomTreeTests
{
    [Fact]
    public void A_stream_is_the_same_however_often_and_in_whatever_order_it_is_asked_for()
    {
        var tree = new RandomTree(5);
        RandomStream first = tree.Stream("arrivals");
        RandomStream other = tree.Stream("lengths");
        RandomStream again = tree.Stream("arrivals");

        ulong number = first.NextUInt64();
        Assert.Equal(number, again.NextUInt64());
        Assert.NotEqual(number, other.NextUInt64());
    }

    [Fact]
    public void Replications_differ_and_the_first_is_the_run_itself()
    {
        var tree = new RandomTree(5);
        Assert.Equal(tree, tree.Replication(0));
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(i => tree.Replication(i).Seed).Distinct().Count());
    }

    [Fact]
    public void Streams_keep_their_numbers_from_release_to_release()
    {
        RandomStream arrivals = new RandomTree(1).Stream("arrivals");
        Assert.Equal(GoldenFirst, arrivals.NextUInt64());
    }

    private const ulong GoldenFirst = 7373344758126164978;
}
