using Plimsoll.LoadGen.Servers;

namespace Plimsoll.LoadGen.Tests.Servers;

public sealed class ServerViewTests
{
    private const string Before = """
        # HELP vllm:time_to_first_token_seconds x
        vllm:num_requests_running{engine="0"} 1
        vllm:num_requests_waiting{engine="0"} 0
        vllm:kv_cache_usage_perc{engine="0"} 0.25
        vllm:time_to_first_token_seconds_sum{engine="0"} 10
        vllm:time_to_first_token_seconds_count{engine="0"} 5
        vllm:prompt_tokens_total{engine="0"} 100
        vllm:prompt_tokens_total{engine="1"} 10
        """;

    private const string After = """
        vllm:num_requests_running{engine="0"} 3
        vllm:num_requests_waiting{engine="0"} 2
        vllm:kv_cache_usage_perc{engine="0"} 0.75
        vllm:time_to_first_token_seconds_sum{engine="0",le="a } b"} 16
        vllm:time_to_first_token_seconds_count{engine="0"} 8 1700000000000
        vllm:e2e_request_latency_seconds_sum 4.5
        vllm:e2e_request_latency_seconds_count 3
        vllm:prompt_tokens_total{engine="0"} 150
        vllm:prompt_tokens_total{engine="1"} 15
        """;

    [Fact]
    public void Means_and_counters_are_of_the_run_alone()
    {
        ServerView view = ServerView.Of([(0, Before), (1.5, After)]);

        Assert.Equal([new ServerMean("ttft_seconds", 2, 3), new ServerMean("e2e_seconds", 1.5, 3)], view.Means);
        Assert.Equal([new KeyValuePair<string, double>("prompt_tokens", 55)], view.Counters);
        Assert.Equal([(0.0, 1, 0, 0.25), (1.5, 3, 2, 0.75)], view.Samples.Select(
            sample => (sample.Seconds, sample.Load.RunningRequests!.Value, sample.Load.WaitingRequests!.Value,
                sample.Load.KvUsage!.Value)));
    }

    [Fact]
    public void A_page_that_says_nothing_gives_nothing()
    {
        ServerView view = ServerView.Of([(0, "nothing 1\n")]);

        Assert.Empty(view.Means);
        Assert.Empty(view.Counters);
        Assert.Null(view.Samples[0].Load.RunningRequests);
    }
}
