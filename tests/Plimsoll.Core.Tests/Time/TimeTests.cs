namespace Plimsoll.Core.Tests.Time;

public class TimeTests
{
    [Theory]
    [InlineData(0.1, 100_000_000)]
    [InlineData(1e-9, 1)]
    [InlineData(0.49e-9, 0)]
    [InlineData(-2.5, -2_500_000_000)]
    public void Seconds_are_rounded_to_whole_nanoseconds(double seconds, long nanoseconds)
    {
        Assert.Equal(nanoseconds, Duration.FromSeconds(seconds).Nanoseconds);
        Assert.Equal(nanoseconds, Instant.FromSeconds(seconds).Nanoseconds);
    }

    [Fact]
    public void Arithmetic_goes_forth_and_back()
    {
        Instant noon = Instant.FromSeconds(43_200);
        Duration hour = Duration.FromSeconds(3_600);
        Assert.Equal(noon, noon + hour - hour);
        Assert.Equal(hour, noon + hour - noon);
        Assert.True(noon < noon + hour && noon + hour > noon && noon <= Instant.Never);
    }

    [Fact]
    public void Overflow_is_a_bug_and_not_a_small_number()
    {
        Assert.Throws<OverflowException>(() => Instant.Never + new Duration(1));
        Assert.Throws<OverflowException>(() => Duration.FromSeconds(double.NaN));
        Assert.Throws<OverflowException>(() => Duration.FromSeconds(1e12));
    }

    [Fact]
    public void Times_are_written_in_seconds()
    {
        Assert.Equal("1.5 s", Instant.FromSeconds(1.5).ToString());
        Assert.Equal("never", Instant.Never.ToString());
        Assert.Equal("0.000000001 s", new Duration(1).ToString());
    }
}
