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

    [Fact]
    public async Task The_page_of_the_documentation_lists_every_metric()
    {
        await using Served served = await Served.StartAsync(1);
        var page = new StringBuilder("# Metrics\n\nWhat `plimsoll serve` shows at `/metrics` on its admin port, in the text format of Prometheus. ");
        page.Append("Labels of models hold only models that are served; sessions, tenants and keys are no labels.\n\n");
        page.Append("| Name | Type | Labels | What it is |\n| --- | --- | --- | --- |\n");
        foreach (MetricFamily family in served.Gateway.Metrics.Families)
        {
            page.Append($"| `{family.Name}` | {family.Type} | {string.Join(", ", family.Labels)} | {family.Help} |\n");
        }

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

        Assert.All(lines[..^1], line => Assert.Matches(@"^(# (HELP|TYPE) plimsoll_\w+ .+|plimsoll_\w+(\{\w+=""[^""]*""(,\w+=""[^""]*"")*\})? [-+\d.eE]+)$", line));
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
