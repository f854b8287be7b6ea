using Plimsoll.Core;
using Plimsoll.Gateway.Observing;
using Plimsoll.Gateway.Observing.Live;

namespace Plimsoll.Gateway.Tests.Observing.Live;

public sealed class PoolTrafficTests
{
    [Fact]
    public void Rates_are_counts_over_the_time_they_cover()
    {
        var traffic = new PoolTraffic();
        for (int i = 0; i < 30; i++)
        {
            var at = Instant.FromSeconds(i);
            traffic.Arrived(at);
            traffic.Ended(
                i % 3 == 0 ? ExchangeOutcome.Rejected : ExchangeOutcome.Completed,
                new InferenceRequest(new RequestId(i), at, 100, 20),
                Duration.FromMilliseconds(i % 2 == 0 ? 10 : 20),
                at);
        }

        TrafficRates rates = traffic.Rates(Instant.FromSeconds(30));

        Assert.Equal((1, 20 / 30.0, 10 / 30.0), (rates.ArrivedPerSecond, rates.CompletedPerSecond, rates.RefusedPerSecond));
        Assert.Equal((100, 20), (rates.MeanPromptTokens, rates.MeanOutputTokens));
        Assert.Equal(0.015, rates.SecondsPerOutputToken, 12);
        Assert.Equal(2000 / 30.0, rates.PromptTokensPerSecond, 9);
    }

    [Fact]
    public void A_minute_later_nothing_is_left_of_a_burst()
    {
        var traffic = new PoolTraffic();
        traffic.Arrived(Instant.FromSeconds(1));

        Assert.True(traffic.Rates(Instant.FromSeconds(59)).ArrivedPerSecond > 0);
        Assert.Equal(0, traffic.Rates(Instant.FromSeconds(61)).ArrivedPerSecond);
        Assert.True(double.IsNaN(traffic.Rates(Instant.FromSeconds(61)).MeanOutputTokens));
    }

    [Fact]
    public void Requests_come_back_in_order_of_arrival_and_numbered_anew()
    {
        var traffic = new PoolTraffic();
        foreach (int second in new[] { 5, 3, 9, 1 })
        {
            traffic.Ended(ExchangeOutcome.Completed, new InferenceRequest(new RequestId(second), Instant.FromSeconds(second), 10 + second, 1), null, Instant.FromSeconds(10));
        }

        IReadOnlyList<InferenceRequest> since = traffic.Since(Instant.FromSeconds(2), 2);

        Assert.Equal([(0L, 15), (1L, 19)], since.Select(request => (request.Id.Value, request.PromptTokens)));
    }

    [Fact]
    public void Memory_is_bounded_in_requests_and_in_hashes()
    {
        var traffic = new PoolTraffic();
        for (int i = 0; i < PoolTraffic.MostRequests + 10; i++)
        {
            traffic.Ended(ExchangeOutcome.Completed, new InferenceRequest(new RequestId(i), new Instant(i), 1, 1), null, new Instant(i));
        }

        Assert.Equal(PoolTraffic.MostRequests, traffic.Since(Instant.Zero, int.MaxValue).Count);

        var details = new RequestDetails { PrefixHashArray = new ulong[PoolTraffic.MostHashes / 4], BlockTokens = 128 };
        for (int i = 0; i < 10; i++)
        {
            traffic.Ended(ExchangeOutcome.Completed, new InferenceRequest(new RequestId(i), Instant.FromSeconds(100 + i), 1, 1, details), null, Instant.FromSeconds(100));
        }

        Assert.Equal([106, 107, 108, 109], traffic.Since(Instant.FromSeconds(50), int.MaxValue).Select(request => (int)request.Arrival.Seconds));
    }
}
