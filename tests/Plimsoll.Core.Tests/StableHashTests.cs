namespace Plimsoll.Core.Tests;

public class StableHashTests
{
    // FNV-1a of the empty input is its offset basis; of "a" it is published as AF63DC4C8601EC8C.
    [Fact]
    public void Bytes_are_hashed_by_fnv_and_then_mixed()
    {
        Assert.Equal(StableHash.Mix(0xCBF29CE484222325), StableHash.Of(ReadOnlySpan<byte>.Empty));
        Assert.Equal(StableHash.Mix(0xAF63DC4C8601EC8C), StableHash.Of("a"u8));
    }

    [Fact]
    public void Combining_depends_on_the_order()
    {
        Assert.NotEqual(StableHash.Combine(1, 2), StableHash.Combine(2, 1));
        Assert.NotEqual(StableHash.Combine(1, 2, 3), StableHash.Combine(1, 3, 2));
    }

    [Fact]
    public void Neighbours_are_far_apart()
    {
        double flipped = Enumerable.Range(0, 1000).Average(i => (double)ulong.PopCount(StableHash.Mix((ulong)i) ^ StableHash.Mix((ulong)i + 1)));
        Assert.InRange(flipped, 31, 33);
    }
}
