namespace Plimsoll.Core.Tests.Randomness;

public class RandomStreamTests
{
    [Fact]
    public void Xoshiro_gives_the_published_numbers()
    {
        var stream = new RandomStream(1, 2, 3, 4);
        ulong[] published =
        [
            11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600, 16172922978634559625,
            8476171486693032832, 10595114339597558777, 2904607092377533576,
        ];

        Assert.All(published, expected => Assert.Equal(expected, stream.NextUInt64()));
    }

    [Fact]
    public void SplitMix_gives_the_published_numbers()
    {
        ulong state = 1234567;
        ulong[] published = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];

        Assert.All(published, expected => Assert.Equal(expected, RandomStream.SplitMix64(ref state)));
    }

    [Fact]
    public void Unit_samples_are_inside_the_open_interval_and_uniform()
    {
        var stream = new RandomStream(42);
        double sum = 0;
        const int Samples = 100_000;
        for (int i = 0; i < Samples; i++)
        {
            double unit = stream.NextOpenUnit();
            Assert.True(unit is > 0 and < 1);
            sum += unit;
        }

        // Five standard deviations of the mean of a uniform: 5 / sqrt(12 n).
        Assert.InRange(sum / Samples, 0.5 - 0.0046, 0.5 + 0.0046);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(long.MaxValue)]
    public void Numbers_below_a_count_are_all_below_it(long count)
    {
        var stream = new RandomStream(7);
        for (int i = 0; i < 1000; i++)
        {
            Assert.InRange(stream.NextBelow(count), 0, count - 1);
        }
    }

    [Fact]
    public void Numbers_below_a_count_are_even()
    {
        var stream = new RandomStream(7);
        int[] seen = new int[6];
        for (int i = 0; i < 60_000; i++)
        {
            seen[stream.NextBelow(6)]++;
        }

        // Chi-squared with five degrees of freedom: 20.5 is its 99.9 % point.
        Assert.True(seen.Sum(count => (count - 10_000.0) * (count - 10_000.0) / 10_000.0) < 20.5);
    }

    [Fact]
    public void Nothing_is_below_zero() => Assert.Throws<ArgumentOutOfRangeException>(() => new RandomStream(1).NextBelow(0));
}
