using Plimsoll.Core;
using Plimsoll.Gateway.Backends;

namespace Plimsoll.Gateway.Tests.Backends;

public sealed class ReplicaGateTests
{
    private static readonly HealthOptions Options = new()
    {
        ProbesUp = 2,
        ProbesDown = 3,
        FailuresToOpen = 2,
        OpenFor = Duration.FromSeconds(1),
        OpenAtMost = Duration.FromSeconds(3),
        SlowStart = Duration.FromSeconds(10),
    };

    [Fact]
    public void It_is_closed_until_the_first_probe_which_alone_opens_it_whole()
    {
        var gate = new ReplicaGate(Options, 8);
        Assert.Equal(0, gate.Window(At(0)));

        gate.Probed(true, At(1));

        Assert.Equal(8, gate.Window(At(1)));
    }

    [Fact]
    public void Probes_turn_it_only_when_enough_in_a_row_agree()
    {
        ReplicaGate gate = Up(8);
        foreach (bool well in new[] { false, false, true, false, false })
        {
            gate.Probed(well, At(1));
            Assert.Equal(8, gate.Window(At(1)));
        }

        gate.Probed(false, At(2));
        Assert.Equal(0, gate.Window(At(2)));
        gate.Probed(true, At(3));
        Assert.Equal(0, gate.Window(At(3)));
        gate.Probed(true, At(4));
        Assert.True(gate.Up);
    }

    [Theory]
    [InlineData(8, 4.0, 1)]
    [InlineData(8, 9.0, 4)]
    [InlineData(8, 14.0, 8)]
    [InlineData(null, 9.0, 128)]
    [InlineData(null, 14.0, null)]
    public void One_that_comes_back_starts_slowly(int? window, double seconds, int? expected)
    {
        ReplicaGate gate = Up(window);
        for (int i = 0; i < 3; i++)
        {
            gate.Probed(false, At(1));
        }

        gate.Probed(true, At(4));
        gate.Probed(true, At(4));

        Assert.Equal(expected, gate.Window(At(seconds)));
    }

    [Fact]
    public void The_breaker_opens_tries_one_and_closes_into_a_slow_start()
    {
        ReplicaGate gate = Up(8);
        gate.Answered(false, At(1));
        gate.Answered(true, At(1));
        gate.Answered(false, At(1));
        Assert.Equal(8, gate.Window(At(1)));
        gate.Answered(false, At(2));
        Assert.Equal(0, gate.Window(At(2.9)));
        gate.Answered(true, At(2.95));
        Assert.Equal(0, gate.Window(At(2.99)));

        Assert.Equal((1, BreakerState.HalfOpen), (gate.Window(At(3)), gate.Breaker));
        gate.Answered(true, At(3));
        Assert.Equal((4, BreakerState.Closed), (gate.Window(At(8)), gate.Breaker));
    }

    [Fact]
    public void Each_trial_that_fails_doubles_the_wait_up_to_a_limit()
    {
        ReplicaGate gate = Up(8);
        gate.Answered(false, At(0));
        gate.Answered(false, At(0));
        double opened = 0;
        foreach (double wait in new[] { 1.0, 2, 3, 3 })
        {
            Assert.Equal(0, gate.Window(At(opened + wait - 0.01)));
            opened += wait;
            Assert.Equal(1, gate.Window(At(opened)));
            gate.Answered(false, At(opened));
        }
    }

    [Fact]
    public void One_that_drains_takes_nothing_and_goes_on_where_it_was()
    {
        ReplicaGate gate = Up(8);
        gate.Draining = true;
        Assert.Equal(0, gate.Window(At(1)));
        gate.Draining = false;
        Assert.Equal(8, gate.Window(At(1)));
    }

    private static ReplicaGate Up(int? window)
    {
        var gate = new ReplicaGate(Options, window);
        gate.Probed(true, At(0));
        return gate;
    }

    private static Instant At(double seconds) => Instant.FromSeconds(seconds);
}
