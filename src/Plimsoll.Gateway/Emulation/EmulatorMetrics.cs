using System.Globalization;
using System.Text;
using Plimsoll.Core;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Gateway.Emulation;

/// <summary>
/// What an emulated model server says of itself at /metrics: vLLM's names and buckets (release 0.10 and later; peers-and-conventions, D.2).
/// Times are those of the wall clock, as a client measures them. For one caller.
/// </summary>
internal sealed class EmulatorMetrics(string model, ReplicaConfiguration configuration)
{
    private static readonly double[] FirstTokenBounds =
        [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560];

    private static readonly double[] TokenBounds =
        [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80];

    private static readonly double[] RequestBounds =
        [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680];

    private static readonly double[] LengthBounds =
        [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

    private readonly MetricHistogram _firstToken =
        new("vllm:time_to_first_token_seconds", "Histogram of time to first token in seconds.", FirstTokenBounds);

    private readonly MetricHistogram _interToken =
        new("vllm:inter_token_latency_seconds", "Histogram of inter-token latency in seconds.", TokenBounds);

    private readonly MetricHistogram _perToken =
        new("vllm:request_time_per_output_token_seconds", "Histogram of time per output token of a request in seconds.", TokenBounds);

    private readonly MetricHistogram _wholeRequest =
        new("vllm:e2e_request_latency_seconds", "Histogram of e2e request latency in seconds.", RequestBounds);

    private readonly MetricHistogram _queue =
        new("vllm:request_queue_time_seconds", "Histogram of time spent in WAITING phase for request.", RequestBounds);

    private readonly MetricHistogram _inference =
        new("vllm:request_inference_time_seconds", "Histogram of time spent in RUNNING phase for request.", RequestBounds);

    private readonly MetricHistogram _prefill =
        new("vllm:request_prefill_time_seconds", "Histogram of time spent in PREFILL phase for request.", RequestBounds);

    private readonly MetricHistogram _decode =
        new("vllm:request_decode_time_seconds", "Histogram of time spent in DECODE phase for request.", RequestBounds);

    private readonly MetricHistogram _promptLength =
        new("vllm:request_prompt_tokens", "Number of prefill tokens processed.", LengthBounds);

    private readonly MetricHistogram _outputLength =
        new("vllm:request_generation_tokens", "Number of generation tokens processed.", LengthBounds);

    private long _promptTokens;
    private long _generatedTokens;
    private long _stopped;
    private long _byLength;
    private long _aborted;

    public void FirstToken(int promptTokens, double seconds)
    {
        _promptTokens += promptTokens;
        _firstToken.Observe(seconds);
    }

    public void NextTokens(double seconds) => _interToken.Observe(seconds);

    public void Generated(int tokens) => _generatedTokens += tokens;

    public void Completed(in RequestTimeline timeline, bool stopped, double rate)
    {
        _stopped += stopped ? 1 : 0;
        _byLength += stopped ? 0 : 1;
        double decode = (timeline.Finished - timeline.FirstToken).Seconds / rate;
        _wholeRequest.Observe((timeline.Finished - timeline.Arrival).Seconds / rate);
        _queue.Observe((timeline.Scheduled - timeline.Arrival).Seconds / rate);
        _inference.Observe((timeline.Finished - timeline.Scheduled).Seconds / rate);
        _prefill.Observe((timeline.FirstToken - timeline.Scheduled).Seconds / rate);
        _decode.Observe(decode);
        if (timeline.OutputTokens > 1)
        {
            _perToken.Observe(decode / (timeline.OutputTokens - 1));
        }

        _promptLength.Observe(timeline.PromptTokens);
        _outputLength.Observe(timeline.OutputTokens);
    }

    public void Aborted(in RequestTimeline timeline)
    {
        _aborted++;
        _promptLength.Observe(timeline.PromptTokens);
        _outputLength.Observe(timeline.OutputTokens);
    }

    public string Text(in ReplicaReport report, in ReplicaStatistics statistics, int cachedContents)
    {
        string labels = $"engine=\"0\",model_name=\"{Escape(model)}\"";
        var text = new StringBuilder(16_384);
        void Gauge(string name, string help, double value) =>
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} gauge\n{name}{{{labels}}} {value}\n");
        void Counter(string name, string help, long value) =>
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} counter\n{name}_total{{{labels}}} {value}\n");

        Gauge("vllm:num_requests_running", "Number of requests in model execution batches.", report.RunningRequests);
        Gauge("vllm:num_requests_waiting", "Number of requests waiting to be processed.", report.WaitingRequests);
        Gauge("vllm:kv_cache_usage_perc", "KV-cache usage. 1 means 100 percent usage.", (double)report.KvBlocksUsed / report.KvBlocksTotal);
        Gauge("plimsoll:prefix_cache_contents", "Different contents of KV blocks that the prefix cache can find.", cachedContents);
        Counter("vllm:prefix_cache_queries", "Prefix cache queries, in terms of number of queried tokens.", statistics.PrefixLookupTokens);
        Counter("vllm:prefix_cache_hits", "Prefix cache hits, in terms of number of cached tokens.", statistics.PrefixHitTokens);
        Counter("vllm:num_preemptions", "Cumulative number of preemption from the engine.", statistics.Preemptions);
        Counter("vllm:prompt_tokens", "Number of prefill tokens processed.", _promptTokens);
        Counter("vllm:generation_tokens", "Number of generation tokens processed.", _generatedTokens);
        text.Append("# HELP vllm:request_success Count of successfully processed requests.\n# TYPE vllm:request_success counter\n");
        foreach ((string reason, long count) in new[] { ("stop", _stopped), ("length", _byLength), ("abort", _aborted) })
        {
            text.Append(CultureInfo.InvariantCulture, $"vllm:request_success_total{{{labels},finished_reason=\"{reason}\"}} {count}\n");
        }

        foreach (MetricHistogram histogram in new[]
        {
            _firstToken, _interToken, _perToken, _wholeRequest, _queue, _inference, _prefill, _decode, _promptLength, _outputLength,
        })
        {
            histogram.AppendTo(text, labels);
        }

        text.Append("# HELP vllm:cache_config_info Information of the LLMEngine CacheConfig\n# TYPE vllm:cache_config_info gauge\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"vllm:cache_config_info{{block_size=\"{configuration.BlockTokens}\",enable_prefix_caching=\"{configuration.Rules.PrefixCaching}\",");
        text.Append(CultureInfo.InvariantCulture, $"engine=\"0\",num_gpu_blocks=\"{configuration.KvBlocks}\"}} 1\n");
        return text.ToString();
    }

    private static string Escape(string label) => label
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
