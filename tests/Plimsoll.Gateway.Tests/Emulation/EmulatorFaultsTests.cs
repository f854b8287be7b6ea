using System.Net;
using Plimsoll.Gateway.Emulation;

namespace Plimsoll.Gateway.Tests.Emulation;

/// <summary>An emulated model server that is broken on purpose.</summary>
public sealed class EmulatorFaultsTests
{
    private const string Streamed = """{"prompt":"x","stream":true,"max_tokens":8,"ignore_eos":true}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_share_of_the_requests_is_an_error()
    {
        await using var server = await TestClient.StartAsync(Emulators.Options(stepSeconds: 0.0001));
        await server.SetFaultsAsync("""["error:0.5"]""");
        int errors = 0;
        for (int i = 0; i < 40; i++)
        {
            using HttpResponseMessage answer = await server.SendAsync("/v1/completions", """{"prompt":"x","max_tokens":1}""");
            errors += answer.StatusCode == HttpStatusCode.InternalServerError ? 1 : 0;
        }

        Assert.InRange(errors, 10, 30);
    }

    [Fact]
    public async Task A_stream_is_cut_after_some_tokens()
    {
        await using var server = await TestClient.StartAsync(Emulators.Options());
        await server.SetFaultsAsync("""["cut:1:5"]""");
        List<string> seen = [];

        await Assert.ThrowsAnyAsync<IOException>(() => server.StreamAsync("/v1/completions", Streamed, seen));

        Assert.InRange(seen.Count, 1, 5);
        Assert.Equal(0, await server.MetricAsync("vllm:num_requests_running", value => value == 0));
    }

    [Fact]
    public async Task Garbage_is_not_json()
    {
        await using var server = await TestClient.StartAsync(Emulators.Options());
        await server.SetFaultsAsync("""["garbage:1"]""");

        List<string> events = await server.StreamAsync("/v1/completions", Streamed);
        using HttpResponseMessage whole = await server.SendAsync("/v1/completions", """{"prompt":"x","max_tokens":1}""");

        Assert.All(events[..^1], text => Assert.ThrowsAny<System.Text.Json.JsonException>(() => System.Text.Json.JsonDocument.Parse(text)));
        string body = await whole.Content.ReadAsStringAsync(Stop);
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => System.Text.Json.JsonDocument.Parse(body));
    }

    [Fact]
    public async Task A_crash_breaks_streams_and_health_until_it_is_over()
    {
        await using var server = await TestClient.StartAsync(Emulators.Options(outputTokens: 90_000));
        List<string> seen = [];
        Task<List<string>> stream = server.StreamAsync("/v1/completions", """{"prompt":"x","stream":true}""", seen);
        await server.MetricAsync("vllm:num_requests_running", value => value == 1);

        await server.SetFaultsAsync("""["crash"]""");

        await Assert.ThrowsAnyAsync<IOException>(() => stream);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => server.Http.GetAsync(new Uri("/health", UriKind.Relative), Stop));
        await server.SetFaultsAsync("[]");
        using HttpResponseMessage health = await server.Http.GetAsync(new Uri("/health", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Equal(0, await server.MetricAsync("vllm:num_requests_running", _ => true));
    }

    [Fact]
    public async Task Stale_metrics_stay_what_they_were()
    {
        await using var server = await TestClient.StartAsync(Emulators.Options(outputTokens: 2));
        await server.SetFaultsAsync("""["stale-metrics"]""");
        await server.PostAsync("/v1/completions", """{"prompt":"x"}""");

        Assert.Equal(0, await server.MetricAsync("vllm:generation_tokens_total", _ => true));
        await server.SetFaultsAsync("[]");
        Assert.Equal(2, await server.MetricAsync("vllm:generation_tokens_total", _ => true));
    }

    [Theory]
    [InlineData("slow")]
    [InlineData("slow:0.5")]
    [InlineData("error:2")]
    [InlineData("hang:1")]
    [InlineData("cut:0.1:-1")]
    [InlineData("flood:1")]
    public void What_is_no_fault_is_refused(string text)
    {
        Assert.Null(EmulatorFaults.None.Parse(text, out string problem));
        Assert.Contains(text, problem, StringComparison.Ordinal);
    }
}
