using Plimsoll.Core;
using Plimsoll.Gateway.Backends;

namespace Plimsoll.Gateway.Tests.Backends;

public sealed class AdaptiveWindowTests
{
    [Fact]
    public void A_window_that_is_not_reached_stays()
    {
        var window = new AdaptiveWindow();
        for (int i = 0; i < 20; i++)
        {
            window.Look(0, AdaptiveWindow.FirstRequests - 1, 0.1);
        }

        Assert.Equal(AdaptiveWindow.FirstRequests, window.Requests);
    }

    [Fact]
    public void It_doubles_until_requests_wait_and_then_creeps()
    {
        var window = new AdaptiveWindow();
        window.Look(0, 16, null);
        Assert.Equal(32, window.Requests);
        window.Look(20, 32, null);
        Assert.Equal(28, window.Requests);
        window.Look(0, 28, null);
        Assert.Equal(29, window.Requests);
    }

    // An engine with so many slots: what is more in flight waits there.
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(300)]
    public void It_settles_where_the_engine_begins_to_queue(int slots)
    {
        var window = new AdaptiveWindow();
        List<int> late = [];
        for (int i = 0; i < 400; i++)
        {
            window.Look(Math.Max(0, window.Requests - slots), window.Requests, null);
            if (i >= 200)
            {
                late.Add(window.Requests);
            }
        }

        Assert.InRange(late.Average(), 0.9 * slots, (1.1 * slots) + 1);
    }

    // Time to first token of an engine that says nothing: constant up to so many, in proportion beyond.
    [Fact]
    public void Without_a_queue_length_it_follows_the_time_to_first_token()
    {
        const int Slots = 50;
        var window = new AdaptiveWindow();
        for (int i = 0; i < 2_000; i++)
        {
            window.Look(null, window.Requests, 0.2 * Math.Max(1, (double)window.Requests / Slots));
        }

        Assert.InRange(window.Requests, Slots, 2 * Slots);
        int before = window.Requests;
        for (int i = 0; i < 5; i++)
        {
            window.Look(null, window.Requests, 20);
        }

        Assert.True(window.Requests < before, $"{window.Requests} after {before}");
    }

    [Fact]
    public void It_never_leaves_its_bounds_whatever_it_is_told()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            RandomStream random = new(seed);
            var window = new AdaptiveWindow();
            for (int i = 0; i < 300; i++)
            {
                int? waiting = random.NextBelow(3) == 0 ? null : (int)random.NextBelow(5) * (int)random.NextBelow(1000);
                double? seconds = random.NextBelow(3) == 0 ? null : random.NextOpenUnit() * random.NextBelow(100);
                window.Look(waiting, (int)random.NextBelow(6000), seconds);
                Assert.True(window.Requests is >= 1 and <= AdaptiveWindow.MostRequests, $"seed {seed}: {window.Requests}");
            }
        }
    }
}
