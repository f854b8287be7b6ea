using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Plimsoll.Gateway.Tests.Hosting;

namespace Plimsoll.Gateway.Tests.Dashboard;

/// <summary>The admin port: what the dashboard may do, and what nobody else may.</summary>
public sealed class AdminTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/dashboard.js", "text/javascript")]
    [InlineData("/dashboard.css", "text/css")]
    [InlineData("/favicon.svg", "image/svg+xml")]
    public async Task The_page_allows_itself_nothing_from_elsewhere(string path, string type)
    {
        await using Served served = await Served.StartAsync(1);
        using HttpClient admin = Admin(served);

        using HttpResponseMessage answer = await admin.GetAsync(new Uri(path, UriKind.Relative), Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
        string policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        string text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.DoesNotMatch("<script>|<style|\\son[a-z]+=\"|style=\"|https?://(?!www\\.w3\\.org)", text);
    }

    [Theory]
    [InlineData("http://evil.example", null, false)]
    [InlineData("null", null, false)]
    [InlineData("own", "same-origin", true)]
    [InlineData("own", null, true)]
    [InlineData(null, null, true)]
    [InlineData(null, "cross-site", false)]
    [InlineData(null, "same-site", false)]
    [InlineData(null, "none", false)]
    [InlineData("other-port", "same-site", false)]
    public async Task Only_its_own_page_may_change_anything(string? origin, string? site, bool allowed)
    {
        await using Served served = await Served.StartAsync(1);
        using HttpClient admin = Admin(served);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/drain?replica=e0");
        string own = served.Gateway.AdminAddress!.GetLeftPart(UriPartial.Authority);
        if (origin is not null)
        {
            request.Headers.TryAddWithoutValidation("Origin", origin == "own" ? own : origin == "other-port" ? own + "1" : origin);
        }

        if (site is not null)
        {
            request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", site);
        }

        using HttpResponseMessage answer = await admin.SendAsync(request, Stop);

        Assert.Equal(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(allowed, served.Gateway.Fleet.Replicas[0].Gate.Draining);
    }

    [Fact]
    public async Task A_name_that_only_points_here_is_refused_for_the_page_too()
    {
        await using Served served = await Served.StartAsync(1);
        using HttpClient admin = Admin(served);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "rebound.example" } };

        Assert.Equal(HttpStatusCode.Forbidden, (await admin.SendAsync(request, Stop)).StatusCode);
    }

    [Fact]
    public async Task Metrics_are_on_both_ports_and_the_dashboard_on_one()
    {
        await using Served served = await Served.StartAsync(1);
        using HttpClient admin = Admin(served);

        Assert.Contains("plimsoll_replica_up", await admin.GetStringAsync(new Uri("/metrics", UriKind.Relative), Stop), StringComparison.Ordinal);
        Assert.Contains("plimsoll_replica_up", await served.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Stop), StringComparison.Ordinal);
        foreach (string path in new[] { "/", "/dashboard.js", "/api/state", "/api/events", "/api/catalog" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await served.Client.GetAsync(new Uri(path, UriKind.Relative), Stop)).StatusCode);
        }
    }

    [Fact]
    public async Task Events_come_again_and_again_and_end_with_the_gateway()
    {
        Served served = await Served.StartAsync(1);
        using HttpClient admin = Admin(served);
        using HttpResponseMessage answer =
            await admin.GetAsync(new Uri("/api/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Stop);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Stop));
        List<double> uptimes = [];
        while (uptimes.Count < 3)
        {
            string line = (await reader.ReadLineAsync(Stop))!;
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                using var state = JsonDocument.Parse(line[6..]);
                uptimes.Add(state.RootElement.GetProperty("uptime_seconds").GetDouble());
            }
        }

        Assert.Equal(uptimes.Distinct().Order(), uptimes);
        await served.DisposeAsync();
    }

    [Fact]
    public async Task A_crowd_of_readers_is_refused_and_whoever_leaves_makes_room()
    {
        await using Served served = await Served.StartAsync(1);
        using HttpClient admin = Admin(served);
        List<TcpClient> sleepers = [];
        for (int i = 0; i < 16; i++)
        {
            var sleeper = new TcpClient { ReceiveBufferSize = 1024 };
            sleepers.Add(sleeper);
            await sleeper.ConnectAsync(IPAddress.Loopback, served.Gateway.AdminAddress!.Port, Stop);
            await sleeper.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n"), Stop);
            await sleeper.GetStream().ReadExactlyAsync(new byte[64], Stop);
        }

        using HttpResponseMessage refused =
            await admin.GetAsync(new Uri("/api/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        sleepers.ForEach(sleeper => sleeper.Dispose());
        await Served.UntilAsync(() =>
        {
            using HttpResponseMessage again =
                admin.GetAsync(new Uri("/api/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Stop).GetAwaiter().GetResult();
            return again.StatusCode == HttpStatusCode.OK;
        });
    }

    [Theory]
    [InlineData("x", "one JSON object")]
    [InlineData("[]", "one JSON object")]
    [InlineData("{\"minutes\":0}", "minutes")]
    [InlineData("{\"minutes\":61}", "minutes")]
    [InlineData("{\"minutes\":\"5\",\"pool\":\"none\",\"routing\":[]}", "minutes|pool|routing")]
    [InlineData("{\"routing\":\"no-such-policy\"}", "no-such-policy")]
    public async Task A_wrong_what_if_names_every_problem(string body, string expected)
    {
        await using Served served = await Served.StartAsync(1, change: options => options with { WhatIf = new FakeWhatIf() });
        using HttpClient admin = Admin(served);
        using HttpResponseMessage answer = await admin.PostAsync(new Uri("/api/what-if", UriKind.Relative), new StringContent(body), Stop);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop));
        string problems = string.Join('\n', json.RootElement.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()));
        Assert.All(expected.Split('|'), part => Assert.Contains(part, problems, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_if_gets_lengths_and_never_text()
    {
        var simulator = new FakeWhatIf();
        await using Served served = await Served.StartAsync(1, change: options => options with { WhatIf = simulator });
        using HttpClient admin = Admin(served);
        for (int i = 0; i < 3; i++)
        {
            (await served.PostAsync(Served.Chat, stop: Stop)).EnsureSuccessStatusCode().Dispose();
        }

        await Served.UntilAsync(() => served.Gateway.Metrics.Requests.Of("m", "completed") == 3);
        using HttpResponseMessage answer =
            await admin.PostAsync(new Uri("/api/what-if", UriKind.Relative), new StringContent("{\"minutes\":1,\"routing\":\"random\",\"window\":7}"), Stop);
        string text = await answer.Content.ReadAsStringAsync(Stop);
        using var json = JsonDocument.Parse(text);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(("random", "7", null), (simulator.Asked!.Routing, simulator.Asked.Window, simulator.Asked.Ordering));
        Assert.All(simulator.Asked.Traffic.Requests, request => Assert.Equal((7, 2), (request.PromptTokens, request.OutputTokens)));
        Assert.Equal(3, json.RootElement.GetProperty("requests").GetInt32());
        Assert.Equal(-0.1, json.RootElement.GetProperty("difference").GetProperty("ttft_seconds").GetProperty("p99").GetDouble(), 6);
        Assert.DoesNotContain("Hello", text + await admin.GetStringAsync(new Uri("/api/state", UriKind.Relative), Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_simulator_what_if_says_so()
    {
        await using Served served = await Served.StartAsync(1);
        using HttpClient admin = Admin(served);

        Assert.Equal(
            HttpStatusCode.NotFound, (await admin.PostAsync(new Uri("/api/what-if", UriKind.Relative), new StringContent("{}"), Stop)).StatusCode);
    }

    private static HttpClient Admin(Served served) => new() { BaseAddress = served.Gateway.AdminAddress };
}
