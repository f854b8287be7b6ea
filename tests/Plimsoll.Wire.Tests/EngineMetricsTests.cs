using System.Text;
using Plimsoll.Core;

namespace Plimsoll.Wire.Tests;

public sealed class EngineMetricsTests
{
    [Theory]
    [InlineData("""
        # HELP vllm:num_requests_running Running.
        # TYPE vllm:num_requests_running gauge
        vllm:num_requests_running{engine="0",model_name="m{}\"x"} 3.0
        vllm:num_requests_waiting{engine="0",model_name="m"} 2.0
        vllm:num_requests_waiting_by_reason{reason="capacity"} 9.0
        vllm:kv_cache_usage_perc{engine="0"} 0.25
        vllm:cache_config_info{block_size="16",engine="0",num_gpu_blocks="4000"} 1.0
        """, 3, 2, 0.25, 4000L, 16)]
    [InlineData("vllm:num_requests_running 1.0\nvllm:gpu_cache_usage_perc 0.5\n", 1, null, 0.5, null, null)]
    [InlineData("sglang:num_running_reqs{tp_rank=\"0\"} 4\nsglang:num_queue_reqs{} 1\nsglang:token_usage 0.75\nsglang:cache_config_info{page_size=\"1\",num_pages=\"99\"} 1", 4, 1, 0.75, 99L, 1)]
    [InlineData("llamacpp:requests_processing 2\r\nllamacpp:requests_deferred 7\r\n", 2, 7, null, null, null)]
    [InlineData("trtllm_num_requests_running 5\ntrtllm_num_requests_waiting 6\ntrtllm_kv_cache_utilization 0.1 1700000000", 5, 6, 0.1, null, null)]
    [InlineData("vllm:num_requests_running NaN\nvllm:num_requests_waiting -1\nnonsense\n{\n}{ 1\n\n vllm", null, null, null, null, null)]
    [InlineData("", null, null, null, null, null)]
    public void Names_of_every_engine_are_known_and_what_is_missing_stays_unknown(string page, int? running, int? waiting, double? kv, long? blocks, int? size) =>
        Assert.Equal(new EngineLoad(running, waiting, kv, blocks) { BlockTokens = size }, Read(page, null));

    [Theory]
    [InlineData(null, 7, 0.3)]
    [InlineData(0, 3, 0.2)]
    [InlineData(1, 4, 0.4)]
    public void A_rank_is_read_alone_and_all_together_otherwise(int? rank, int running, double kv)
    {
        const string Page = "vllm:num_requests_running{engine=\"0\"} 3\nvllm:num_requests_running{engine=\"1\"} 4\n"
            + "vllm:kv_cache_usage_perc{engine=\"0\"} 0.2\nvllm:kv_cache_usage_perc{engine=\"1\"} 0.4\n";

        EngineLoad load = Read(Page, rank);

        Assert.Equal(running, load.RunningRequests);
        Assert.Equal(kv, load.KvUsage!.Value, 12);
    }

    [Theory]
    [InlineData(3, 2, 4, 3, 2)]
    [InlineData(3, 2, 9, 3, 6)]
    [InlineData(null, null, 5, 5, 0)]
    [InlineData(null, 2, 5, 3, 2)]
    [InlineData(4, null, 5, 4, 1)]
    public void A_report_never_says_less_than_the_books(int? running, int? waiting, int inFlight, int expectedRunning, int expectedWaiting) => Assert.Equal(
        new ReplicaReport(new ReplicaId(1), default, expectedRunning, expectedWaiting, 500, 1000),
        EngineMetrics.Report(1, new EngineLoad(running, waiting, 0.5, null), inFlight));

    [Fact]
    public void Unknown_memory_is_reported_as_unknown() =>
        Assert.Equal(0, EngineMetrics.Report(0, new EngineLoad(1, 1, null, 4000), 0).KvBlocksTotal);

    private static EngineLoad Read(string page, int? rank) => EngineMetrics.Read(Encoding.UTF8.GetBytes(page), rank);
}
