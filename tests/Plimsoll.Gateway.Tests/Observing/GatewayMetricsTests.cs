using System.Text;
using Plimsoll.Gateway.Observing;
using Plimsoll.Gateway.Tests.Hosting;
using Plimsoll.Testing;

namespace Plimsoll.Gateway.Tests.Observing;

public sealed class GatewayMetricsTests
{
    [Fact]
    public async Task Without_metrics_the_slots_tell_the_load()
    {
        await using Served served = await Served.StartAsync(1, prepare: (_, engine) => engine.Slots = """[{"is_processing":true},{"is_processing":false}]""");

        await Served.UntilAsync(() => served.Gateway.Fleet.Replicas[0].Load?.RunningRequests == 1);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private const string Rest = """

        A dashboard for Grafana that uses them is [deploy/grafana/plimsoll.json](../deploy/grafana/plimsoll.json).

        ## OpenTelemetry

        `--otlp http://127.0.0.1:4318`, or `otlp:` in the configuration, sends spans and metrics to a collector, by OTLP over HTTP with protobuf. The names are those of the
        conventions for generative AI, which are still in development. Without a collector nothing of this costs anything.

        | Metric | Unit | Attributes |
        | --- | --- | --- |
        | `gen_ai.server.request.duration` | s | `gen_ai.operation.name`, `gen_ai.provider.name`, `gen_ai.request.model`, `error.type` |
        | `gen_ai.server.time_to_first_token` | s | the same |
        | `gen_ai.server.time_per_output_token` | s | the same |
        | `gen_ai.client.token.usage` | {token} | the same without `error.type`; `gen_ai.token.type`: input or output |

        A request is a server span `chat MODEL` (or `text_completion`, `embeddings`), a child of the client's `traceparent` if that sent one. Each attempt at a replica is a client span
        below it, and the engine gets that span as `traceparent`, with the client's `tracestate`. Beside the names of the conventions spans carry `plimsoll.outcome`, `plimsoll.replica`,
        `plimsoll.attempts`, `plimsoll.queue_seconds` and `plimsoll.time_to_first_token_seconds`. `gen_ai.provider.name` is `plimsoll`: the gateway does not know what engine it talks to.
        While nobody traces, the client's own header goes on untouched.

        ## Logs

        `--log FILE` (`-` for standard error), or `log: {to: FILE, level: info}`, writes a JSON object a line: `at`, `level`, `event` and, where they apply, `replica`, `request`, `trace_id`,
        `message`. No line holds anything that was asked or answered, or a key.

        | Event | Level | When |
        | --- | --- | --- |
        | `gateway_started`, `gateway_stopping` | info | |
        | `policies_changed` | info | other policies apply |
        | `replica_models` | info | a replica says what it serves |
        | `replica_up`, `replica_down` | info, warning | what probes say |
        | `replica_draining`, `replica_resumed` | info | somebody drained it |
        | `breaker_open`, `breaker_half_open`, `breaker_closed` | warning, info, info | what requests say |
        | `kv_events_lost` | warning | a replica's KV events come no more; what its cache holds is forgotten |
        | `kv_events_not_replayed` | warning | KV events of a replica that were missed could not be had by asking |
        | `request_retried` | warning | a replica failed a request, and another shall take it |
        | `request_failed` | error | with the reason |
        | `request_completed`, `request_rejected`, `request_cancelled` | debug | |

        The access log (`--access-log`) has a line for every request with its times and lengths, and its `trace_id`.

        """;

    [Fact]
    public async Task The_page_of_the_documentation_lists_every_metric()
    {
        await using Served served = await Served.StartAsync(1);
        var page = new StringBuilder("# Metrics\n\nHow to watch `plimsoll serve` beside its [dashboard](dashboard.md).\n\n## Prometheus\n\nWhat it shows at `/metrics`, on the port of the clients and on the admin port, in the text format of Prometheus. ");
        page.Append("Labels of models hold only models that are served; sessions, tenants and keys are no labels.\n\n");
        page.Append("| Name | Type | Labels | What it is |\n| --- | --- | --- | --- |\n");
        foreach (MetricFamily family in served.Gateway.Metrics.Families)
        {
            page.Append($"| `{family.Name}` | {family.Type} | {string.Join(", ", family.Labels)} | {family.Help} |\n");
        }

        page.Append(Rest);

        string path = Repository.PathOf("docs/metrics.md");
        if (Environment.GetEnvironmentVariable("PLIMSOLL_UPDATE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(path, page.ToString(), Stop);
        }

        Assert.Equal(page.ToString(), await File.ReadAllTextAsync(path, Stop));
    }

    [Fact]
    public async Task What_was_served_is_counted_in_lines_that_prometheus_reads()
    {
        await using Served served = await Served.StartAsync(1, window: 5);
        served.Engines[0].Metrics = "vllm:num_requests_running 3\nvllm:kv_cache_usage_perc 0.5\n";
        (await served.PostAsync(Served.Chat, stop: Stop)).EnsureSuccessStatusCode().Dispose();
        await Served.UntilAsync(() => served.Gateway.Metrics.Requests.Of("m", "completed") == 1 && served.Gateway.Fleet.Replicas[0].Load?.KvUsage is not null);
        using var admin = new HttpClient { BaseAddress = served.Gateway.AdminAddress };

        string[] lines = (await admin.GetStringAsync(new Uri("/metrics", UriKind.Relative), Stop)).Split('\n');

        Assert.All(lines[..^1], line => Assert.Matches(@"^(# (HELP|TYPE) (plimsoll|process|dotnet)_\w+ .+|(plimsoll|process|dotnet)_\w+(\{\w+=""[^""]*""(,\w+=""[^""]*"")*\})? [-+\d.eE]+)$", line));
        Assert.Contains("plimsoll_requests_total{model=\"m\",outcome=\"completed\"} 1", lines);
        Assert.Contains("plimsoll_request_duration_seconds_bucket{model=\"m\",le=\"+Inf\"} 1", lines);
        Assert.Contains("plimsoll_request_duration_seconds_count{model=\"m\"} 1", lines);
        Assert.Contains("plimsoll_output_tokens_total{model=\"m\"} 2", lines);
        Assert.Contains("plimsoll_replica_kv_usage_ratio{replica=\"e0\"} 0.5", lines);
        Assert.Contains("plimsoll_replica_window_requests{replica=\"e0\"} 5", lines);
    }

    [Fact]
    public async Task The_state_is_shown_to_this_machine_only()
    {
        await using Served served = await Served.StartAsync(1);
        using var admin = new HttpClient { BaseAddress = served.Gateway.AdminAddress };
        string state = await admin.GetStringAsync(new Uri("/api/state", UriKind.Relative), Stop);
        using var elsewhere = new HttpRequestMessage(HttpMethod.Get, "/api/state");
        elsewhere.Headers.Host = "evil.example";
        using var page = new HttpRequestMessage(HttpMethod.Get, "/api/state");
        page.Headers.TryAddWithoutValidation("Origin", "http://evil.example");

        Assert.Contains("\"name\":\"e0\"", state, StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, (await admin.SendAsync(elsewhere, Stop)).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, (await admin.SendAsync(page, Stop)).StatusCode);
    }
}
