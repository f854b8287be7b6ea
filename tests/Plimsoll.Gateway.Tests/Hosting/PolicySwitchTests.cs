using System.Net;
using System.Text;
using System.Text.Json;
using Plimsoll.Core;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Gateway.Recording;
using Plimsoll.Policies.Prediction;

namespace Plimsoll.Gateway.Tests.Hosting;

/// <summary>Other policies while requests wait and run.</summary>
public sealed class PolicySwitchTests
{
    [Theory]
    [InlineData(null, false)]
    [InlineData("learned", true)]
    public async Task What_needs_predictions_is_offered_where_there_are_any(string? prediction, bool isOffered)
    {
        await using Served served = await Served.StartAsync(
            1, change: options => options with { Prediction = prediction is null ? null : PredictionSpec.Parse(prediction, out _) });
        using var admin = new HttpClient { BaseAddress = served.Gateway.AdminAddress };

        string catalog = await admin.GetStringAsync(new Uri("/api/catalog", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Contains("\"vtc\"", catalog, StringComparison.Ordinal);
        Assert.Equal(isOffered, catalog.Contains("\"least-work\"", StringComparison.Ordinal));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_switch_reorders_those_who_wait_and_drops_nobody()
    {
        var go = new TaskCompletionSource();
        await using Served served = await Served.StartAsync(1, window: 1, prepare: (_, engine) => engine.Answer = async (context, _) =>
        {
            await go.Task;
            await FakeEngine.WriteAsync(context, FakeEngine.WholeAnswer);
        });
        List<Task<HttpResponseMessage>> answers = [served.PostAsync(Chat("first", 0), stop: Stop)];
        await Served.UntilAsync(() => served.Engines[0].Running == 1);
        foreach ((string name, int priority) in new[] { ("late", 3), ("soon", 1), ("next", 2) })
        {
            int held = answers.Count;
            answers.Add(served.PostAsync(Chat(name, priority), stop: Stop));
            await Served.UntilAsync(() => served.Gateway.Fleet.Pools()[0].Loop.HeldRequests == held);
        }

        (HttpStatusCode status, JsonElement policies) = await SwitchAsync(served, """{"ordering":"priority","routing":"least-requests"}""");
        go.SetResult();
        HttpResponseMessage[] all = await Task.WhenAll(answers);

        Assert.Equal((HttpStatusCode.OK, "priority", 1), (status, policies.GetProperty("ordering").GetString(), policies.GetProperty("window").GetInt32()));
        Assert.All(all, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(["first", "soon", "next", "late"], served.Engines[0].Seen.Select(seen => NameOf(seen.Body)));
        await served.NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("""{"ordering":"vtc","routing":"nowhere","window":0,"speed":"fast"}""", "routing: ", "window: ", "speed: ")]
    [InlineData("""{"ordering":"least-work"}""", "must know how long answers will be")]
    [InlineData("""["vtc"]""", "must be a JSON object")]
    [InlineData("{", "not valid JSON")]
    [InlineData("{}", "names no policy")]
    [InlineData("""{"routing":null}""", "must be a text")]
    public async Task What_is_wrong_is_said_and_nothing_changes(string body, params string[] expected)
    {
        await using Served served = await Served.StartAsync(1, window: 4);
        ServingPolicies before = served.Gateway.Fleet.Policies;

        (HttpStatusCode status, JsonElement answer) = await SwitchAsync(served, body);

        string problems = answer.GetProperty("problems").GetRawText();
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.All(expected, part => Assert.Contains(part, problems, StringComparison.Ordinal));
        Assert.Equal(before, served.Gateway.Fleet.Policies);
    }

    [Fact]
    public async Task Windows_change_and_adapt_at_run_time()
    {
        await using Served served = await Served.StartAsync(2, window: 4);

        Assert.Equal(HttpStatusCode.OK, (await SwitchAsync(served, """{"window":2}""")).Status);
        Assert.All(served.Gateway.Fleet.Replicas, replica => Assert.Equal(2, replica.ToldWindow));
        Assert.Equal("adaptive", (await SwitchAsync(served, """{"window":"adaptive"}""")).Body.GetProperty("window").GetString());
        Assert.All(served.Gateway.Fleet.Replicas, replica => Assert.NotNull(replica.Adaptive));
        Assert.Equal("none", (await SwitchAsync(served, """{"window":"none"}""")).Body.GetProperty("window").GetString());
        Assert.All(served.Gateway.Fleet.Replicas, replica => Assert.Null(replica.ToldWindow));
    }

    [Fact]
    public async Task Lengths_are_learned_from_answers_and_used_for_the_next()
    {
        var trace = new ListedTrace();
        using HashKey key = HashKey.Draw();
        await using Served served = await Served.StartAsync(
            1, window: 4, ordering: "least-work", change: options => options with { Prediction = PredictionSpec.Parse("learned", out _), Trace = trace, Key = key });
        for (int i = 0; i < 25; i++)
        {
            using HttpResponseMessage answer = await served.PostAsync(Served.Chat, stop: Stop, headers: ("x-smg-tenant-id", "somebody"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await Served.UntilAsync(() => trace.Requests.Count == 25);
        InferenceRequest plain = new(default, default, 7, 1, new RequestDetails());
        Assert.Equal(2, served.Gateway.Fleet.Pools()[0].Lengths!.Predicted(plain).Details!.PredictedOutputTokens);
        Assert.All(trace.Requests, request => Assert.Equal((7, 2, "m"), (request.PromptTokens, request.OutputTokens, request.Details!.Model)));
        string client = Assert.Single(trace.Requests.Select(request => request.Details!.Client!).Distinct());
        Assert.DoesNotContain("somebody", client, StringComparison.Ordinal);
    }

    private static string Chat(string name, int priority) =>
        $$"""{"model":"m","priority":{{priority}},"messages":[{"role":"user","content":"{{name}}"}]}""";

    private static string NameOf(byte[] body) =>
        JsonDocument.Parse(body).RootElement.GetProperty("messages")[0].GetProperty("content").GetString()!;

    private static async Task<(HttpStatusCode Status, JsonElement Body)> SwitchAsync(Served served, string body)
    {
        using var client = new HttpClient { BaseAddress = served.Gateway.AdminAddress };
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await client.PostAsync("/api/policies", content, Stop);
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement);
    }

    private sealed class ListedTrace : IRequestTrace
    {
        public List<InferenceRequest> Requests { get; } = [];

        public void Write(in InferenceRequest request)
        {
            lock (Requests)
            {
                Requests.Add(request);
            }
        }
    }
}
