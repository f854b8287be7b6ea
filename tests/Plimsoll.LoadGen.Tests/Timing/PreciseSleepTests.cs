using Plimsoll.LoadGen.Timing;

namespace Plimsoll.LoadGen.Tests.Timing;

public sealed class PreciseSleepTests
{
    [Fact]
    public void It_never_returns_before_the_time()
    {
        var clock = RunClock.StartingIn(TimeSpan.Zero);
        var sleep = new PreciseSleep();
        for (int i = 1; i <= 40; i++)
        {
            long until = i * 700_000L;
            Assert.True(sleep.Until(clock, until, CancellationToken.None));
            Assert.True(clock.Now >= until);
        }
    }

    [Fact]
    public void It_stops_when_it_must()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.False(new PreciseSleep().Until(RunClock.StartingIn(TimeSpan.Zero), long.MaxValue, stop.Token));
    }
}
