using Plimsoll.Gateway.Recording;

namespace Plimsoll.Gateway.Tests.Recording;

public sealed class HashKeyTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, HashKey.SecretBytes).Select(i => (byte)i)];

    [Fact]
    public void Equal_stays_equal_and_nothing_else_does()
    {
        using var key = new HashKey(Secret);
        using var same = new HashKey(Secret);
        using HashKey drawn = HashKey.Draw();

        Assert.Equal(key.Of([1UL, 2, 1]), same.Of([1UL, 2, 1]));
        Assert.Equal(key.Of([1UL, 2, 1])[0], key.Of([1UL])[0]);
        Assert.Distinct([.. key.Of([1UL, 2]), .. drawn.Of([1UL, 2]), 1UL, 2UL]);
        Assert.Equal(key.Of("tenant"), same.Of("tenant"));
        Assert.NotEqual(key.Of("tenant"), drawn.Of("tenant"));
        Assert.Matches("^[0-9a-f]{16}$", key.Of("tenant"));
    }

    [Fact]
    public void Nothing_stays_nothing()
    {
        using var key = new HashKey(Secret);

        Assert.Null(key.Of((string?)null));
        Assert.Empty(key.Of([]));
    }

    [Fact]
    public void Many_may_ask_at_a_time()
    {
        using var key = new HashKey(Secret);
        ulong[] expected = key.Of([7UL, 8, 9]);

        Parallel.For(0, 2_000, _ => Assert.Equal(expected, key.Of([7UL, 8, 9])));
    }
}
