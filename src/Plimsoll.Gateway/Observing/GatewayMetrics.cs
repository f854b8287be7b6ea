using System.Text;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Backends.KvEvents;
using Plimsoll.Gateway.Dispatching;

namespace Plimsoll.Gateway.Observing;

/// <summary>Everything the gateway counts. The page docs/metrics.md is made from this list.</summary>
internal sealed class GatewayMetrics
{
    /// <summary>Label of requests whose model is not served here: clients choose names, and each would be a series.</summary>
    public const string UnknownModel = "unknown";

    private static readonly double[] Latencies = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500];
    private static readonly double[] TokenTimes = [0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1];

    public GatewayMetrics(Fleet fleet)
    {
        Families =
        [
            Requests, Rejections, Sent, Ended, Retries, ReplicaFailures, PromptTokens, CachedTokens, OutputTokens,
            Duration, Queued, FirstToken, TokenTime, Tokenized, TokenizeTime,
            Pools("plimsoll_queued_requests", "Requests held in the gateway, by pool: the models that its replicas serve.", pool => pool.Loop.HeldRequests),
            Pools("plimsoll_prompt_bytes_per_token", "Bytes of prompt for each token, as learned.", pool => pool.Ratio.BytesPerToken),
            Replicas("plimsoll_replica_up", "1 if probes say that the replica is there.", replica => replica.Gate.Up ? 1 : 0),
            Replicas("plimsoll_replica_draining", "1 if the replica takes nothing new.", replica => replica.Gate.Draining ? 1 : 0),
            Replicas("plimsoll_replica_breaker_state", "0 closed, 1 open, 2 half open.", replica => (int)replica.Gate.Breaker),
            Replicas("plimsoll_replica_window_requests", "Most requests in flight there now; absent without a limit.", replica => replica.ToldWindow),
            Replicas("plimsoll_replica_in_flight_requests", "Requests sent there and not yet ended.", replica => replica.InFlight),
            Replicas("plimsoll_replica_running_requests", "Requests in its batch, as it says.", replica => replica.Load?.RunningRequests),
            Replicas("plimsoll_replica_waiting_requests", "Requests in its queue, as it says.", replica => replica.Load?.WaitingRequests),
            Replicas("plimsoll_replica_kv_usage_ratio", "Share of its KV cache in use, as it says.", replica => replica.Load?.KvUsage),
            Caches("plimsoll_replica_kv_events_up", "1 if its KV events come.", facts => facts.Connected ? 1 : 0),
            Caches("plimsoll_replica_cached_blocks", "Blocks that its prefix cache can find, by its KV events; at least so many.", facts => facts.Blocks),
            Caches("plimsoll_replica_cached_blocks_exact", "1 if that number is exact.", facts => facts.IsExact ? 1 : 0),
            Caches(
                "plimsoll_replica_cached_contents",
                "Different contents of those blocks, of which equal ones are counted once.",
                facts => facts.Contents),
            Caches(
                "plimsoll_replica_cached_contents_tokens_known",
                "Contents of which all tokens from the prompt's beginning are known, so that prompts can be compared with them exactly.",
                facts => facts.KnownContents),
            Caches(
                "plimsoll_replica_kv_batches_replayed",
                "Batches of KV events that were missed and had by asking.",
                facts => facts.ReplayedBatches),
            Caches("plimsoll_replica_kv_event_losses", "How often what its KV events had said was dropped.", facts => facts.Losses),
            .. ProcessMetrics.Families,
        ];

        ReadFamily Pools(string name, string help, Func<ModelPool, double?> read) =>
            new(name, "gauge", help, "pool", () => fleet.Pools().Select(pool => (pool.Name, read(pool))));

        ReadFamily Caches(string name, string help, Func<EngineCacheFacts, double?> read) =>
            Replicas(name, help, replica => replica.Backend.KvEvents is null ? null : read(replica.Cache.Facts));

        ReadFamily Replicas(string name, string help, Func<Replica, double?> read) =>
            new(name, "gauge", help, "replica", () => fleet.Replicas.Select(replica => (replica.Backend.Name, read(replica))));
    }

    /// <summary>All of them, in the order in which they are printed.</summary>
    public IReadOnlyList<MetricFamily> Families { get; }

    public CounterFamily Requests { get; } =
        new("plimsoll_requests_total", "Requests by how they ended: completed, cancelled, rejected, failed.", "model", "outcome");

    public CounterFamily Rejections { get; } = new("plimsoll_request_errors_total", "Requests that did not complete, by reason.", "reason");

    public CounterFamily Sent { get; } = new("plimsoll_attempts_total", "Attempts: times that a request was sent to a replica.", "replica");

    public CounterFamily Ended { get; } = new("plimsoll_attempts_ended_total", "Attempts that have ended; all of them in the end.", "replica");

    public CounterFamily Retries { get; } = new("plimsoll_retries_total", "Attempts given up for another replica, by the one that failed.", "replica");

    public CounterFamily ReplicaFailures { get; } = new("plimsoll_replica_failures_total", "Attempts that failed by the replica's doing.", "replica");

    public CounterFamily PromptTokens { get; } = new("plimsoll_prompt_tokens_total", "Prompt tokens, as the engines count them.", "model");

    public CounterFamily CachedTokens { get; } =
        new("plimsoll_cached_prompt_tokens_total", "Prompt tokens that the engines found in their caches.", "model");

    public CounterFamily OutputTokens { get; } = new("plimsoll_output_tokens_total", "Output tokens, as the engines count them.", "model");

    public HistogramFamily Duration { get; } =
        new("plimsoll_request_duration_seconds", "From the request's arrival to the last byte of its answer; completed requests.", Latencies, "model");

    public HistogramFamily Queued { get; } =
        new("plimsoll_request_queue_seconds", "From the request's arrival until it is sent to its first replica.", Latencies, "model");

    public HistogramFamily FirstToken { get; } = new(
        "plimsoll_time_to_first_token_seconds", "From the request's arrival to the first event with content; streams only.", Latencies, "model");

    public HistogramFamily TokenTime { get; } = new(
        "plimsoll_time_per_output_token_seconds", "From the first event with content to the last, per token after the first; streams only.", TokenTimes, "model");

    public CounterFamily Tokenized { get; } = new(
        "plimsoll_prompts_tokenized_total",
        "Prompts whose tokens were wanted: asked (an engine said them), given (the client did), or by text: not_text, no_engine, refused, "
            + "too_slow, not_understood, failed.",
        "outcome");

    public HistogramFamily TokenizeTime { get; } =
        new("plimsoll_tokenize_seconds", "How long an engine took to say the tokens of a prompt.", Latencies, "replica");

    /// <summary>The page that Prometheus reads.</summary>
    public string Page()
    {
        var page = new StringBuilder();
        foreach (MetricFamily family in Families)
        {
            family.Write(page);
        }

        return page.ToString();
    }
}
