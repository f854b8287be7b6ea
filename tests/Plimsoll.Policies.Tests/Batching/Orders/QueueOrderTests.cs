using Plimsoll.Core;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Batching.Orders;

namespace Plimsoll.Policies.Tests.Batching.Orders;

/// <summary>The key of each order, on numbers worked out by hand.</summary>
public sealed class QueueOrderTests
{
    private static readonly QueuedRequest Request = new(
        new RequestId(7),
        new Instant(3),
        PromptTokens: 100,
        GeneratedTokens: 2,
        Priority: -4,
        new LengthPrediction(20, 10, 40),
        LowerBound: 12);

    [Fact]
    public void Each_order_reads_its_own_field()
    {
        Assert.Equal(0, new ByArrival().Key(Request));
        Assert.Equal(100, new ByPromptTokens().Key(Request));
        Assert.Equal(20, new ByPredictedLength().Key(Request));
        Assert.Equal(40, new ByUpperBound().Key(Request));
        Assert.Equal(12, new ByLowerBound().Key(Request));
        Assert.Equal(-4, new ByPriority().Key(Request));
        Assert.Equal((100 * 20) + 210, new ByVolume().Key(Request));
    }

    [Fact]
    public void Without_an_upper_bound_a_request_goes_last()
    {
        var order = new ByUpperBound();

        Assert.True(order.Key(Request with { Prediction = LengthPrediction.None })
            > order.Key(Request with { Prediction = new(1, 1, int.MaxValue) }));
    }

    [Theory]
    [InlineData(1, 1, 2)]
    [InlineData(4, 2, 11)]
    [InlineData(100, 3, 306)] // 101 + 102 + 103
    [InlineData(16492, 0, 0)]
    public void The_volume_is_the_memory_held_summed_over_the_steps(int prompt, int output, long volume) =>
        Assert.Equal(volume, ByVolume.Volume(prompt, output));

    [Fact]
    public void The_largest_volume_does_not_overflow() =>
        Assert.Equal(
            ((Int128)int.MaxValue * int.MaxValue) + ((Int128)int.MaxValue * (int.MaxValue + 1L) / 2),
            ByVolume.Volume(int.MaxValue, int.MaxValue));

    [Theory]
    [InlineData(10, 0, 0, 10)]
    [InlineData(10, 9, 0, 1)]
    [InlineData(10, 10, 1, 20)] // level 1 ends at 10·(4 − 1)
    [InlineData(10, 29, 1, 1)]
    [InlineData(10, 30, 2, 40)] // level 2 ends at 10·(8 − 1)
    [InlineData(10, 70, 3, 80)]
    [InlineData(1, 0, 0, 1)]
    [InlineData(1, 1, 1, 2)]
    [InlineData(1, 3, 2, 4)]
    [InlineData(int.MaxValue, int.MaxValue, 1, 2L * int.MaxValue)]
    public void Levels_of_attained_service_last_twice_as_long_each(int quantum, int generated, long level, long left)
    {
        var order = new ByAttainedService(quantum);
        QueuedRequest request = Request with { GeneratedTokens = generated };

        Assert.Equal(level, order.Key(request));
        Assert.Equal(left, order.TokensToNextKey(request));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    public void The_key_changes_exactly_when_it_says(int quantum)
    {
        var order = new ByAttainedService(quantum);
        for (int generated = 0; generated < 200; generated++)
        {
            QueuedRequest now = Request with { GeneratedTokens = generated };
            int left = (int)order.TokensToNextKey(now);
            Assert.Equal(order.Key(now), order.Key(now with { GeneratedTokens = generated + left - 1 }));
            Assert.True(order.Key(now) < order.Key(now with { GeneratedTokens = generated + left }));
        }
    }
}
