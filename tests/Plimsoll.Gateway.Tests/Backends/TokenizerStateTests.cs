using Plimsoll.Core;
using Plimsoll.Gateway.Backends;

namespace Plimsoll.Gateway.Tests.Backends;

public sealed class TokenizerStateTests
{
    [Fact]
    public void The_rest_doubles_up_to_a_minute()
    {
        var state = new TokenizerState();
        Instant now = Instant.Zero;
        foreach (int seconds in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            state.Failed(now);
            Assert.True(state.Rests(now + Duration.FromMilliseconds((1_000 * seconds) - 1)));
            now += Duration.FromMilliseconds(1_000 * seconds);
            Assert.False(state.Rests(now));
        }
    }

    [Fact]
    public void Failures_of_one_time_count_once_and_an_answer_begins_anew()
    {
        var state = new TokenizerState();
        state.Failed(Instant.Zero);
        state.Failed(Instant.Zero + Duration.FromMilliseconds(500));
        Assert.False(state.Rests(Instant.Zero + Duration.FromMilliseconds(1_000)));

        state.Answered();
        state.Failed(Instant.Zero + Duration.FromMilliseconds(5_000));

        Assert.False(state.Rests(Instant.Zero + Duration.FromMilliseconds(6_000)));
    }
}
