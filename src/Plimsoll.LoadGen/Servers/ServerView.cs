using System.Text;
using Plimsoll.Wire;

namespace Plimsoll.LoadGen.Servers;

/// <summary>A run as the server's metrics show it.</summary>
/// <param name="Samples">Before, during and after.</param>
/// <param name="Means">Means of its own histograms over the run, those that it has.</param>
/// <param name="Counters">How much its counters grew, those that it has: prompt and output tokens, preemptions, prefix cache.</param>
public sealed record ServerView(
    IReadOnlyList<ServerSample> Samples, IReadOnlyList<ServerMean> Means, IReadOnlyList<KeyValuePair<string, double>> Counters)
{
    // Names of today first, then older ones (peers-and-conventions, D.2).
    private static readonly (string Name, string[] Histograms)[] Histograms =
    [
        ("ttft_seconds", ["vllm:time_to_first_token_seconds", "sglang:time_to_first_token_seconds"]),
        ("itl_seconds", ["vllm:inter_token_latency_seconds", "sglang:inter_token_latency_seconds", "vllm:time_per_output_token_seconds"]),
        ("tpot_seconds", ["vllm:request_time_per_output_token_seconds", "sglang:time_per_output_token_seconds"]),
        ("e2e_seconds", ["vllm:e2e_request_latency_seconds", "sglang:e2e_request_latency_seconds"]),
        ("queue_seconds", ["vllm:request_queue_time_seconds"]),
        ("prefill_seconds", ["vllm:request_prefill_time_seconds"]),
        ("decode_seconds", ["vllm:request_decode_time_seconds"]),
    ];

    private static readonly (string Name, string[] Series)[] Growing =
    [
        ("prompt_tokens", ["vllm:prompt_tokens_total", "sglang:prompt_tokens_total"]),
        ("output_tokens", ["vllm:generation_tokens_total", "sglang:generation_tokens_total"]),
        ("preemptions", ["vllm:num_preemptions_total"]),
        ("prefix_cache_queried_tokens", ["vllm:prefix_cache_queries_total", "vllm:gpu_prefix_cache_queries_total"]),
        ("prefix_cache_hit_tokens", ["vllm:prefix_cache_hits_total", "vllm:gpu_prefix_cache_hits_total"]),
    ];

    /// <summary>What a server showed in pages taken before, during and after a run.</summary>
    /// <param name="pages">At least one, in order of time.</param>
    public static ServerView Of(IReadOnlyList<(double Seconds, string Page)> pages)
    {
        ArgumentNullException.ThrowIfNull(pages);
        (string first, string last) = (pages[0].Page, pages[^1].Page);
        List<ServerMean> means = [];
        foreach ((string name, string[] histograms) in Histograms)
        {
            if (Array.Find(histograms, histogram => !double.IsNaN(PageSums.Of(last, histogram + "_count"))) is { } found)
            {
                double count = Growth(found + "_count");
                means.Add(new ServerMean(name, count > 0 ? Growth(found + "_sum") / count : double.NaN, count));
            }
        }

        List<KeyValuePair<string, double>> counters = [];
        foreach ((string name, string[] series) in Growing)
        {
            if (Array.Find(series, one => !double.IsNaN(PageSums.Of(last, one))) is { } found)
            {
                counters.Add(new KeyValuePair<string, double>(name, Growth(found)));
            }
        }

        return new ServerView([.. pages.Select(page =>
            new ServerSample(page.Seconds, EngineMetrics.Read(Encoding.UTF8.GetBytes(page.Page), null)))], means, counters);

        // A series that was not there yet counts from zero.
        double Growth(string series) =>
            PageSums.Of(last, series) - (double.IsNaN(PageSums.Of(first, series)) ? 0 : PageSums.Of(first, series));
    }
}
