using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Plimsoll.Core;
using Plimsoll.Gateway.Backends;

namespace Plimsoll.Gateway.Tests.Hosting;

public sealed class FaultTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_leaves_aborts_the_engine_and_frees_the_place(bool afterFirstByte)
    {
        var aborted = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Served served = await Served.StartAsync(1, window: 1, prepare: (_, engine) => engine.Answer = async (context, _) =>
        {
            using CancellationTokenRegistration left = context.RequestAborted.Register(() => aborted.TrySetResult(Stopwatch.GetTimestamp()));
            if (afterFirstByte)
            {
                await FakeEngine.StreamAsync(context, ["data: 1\n\n"u8.ToArray()]);
            }

            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var client = new CancellationTokenSource();
        Task<HttpResponseMessage> first = served.PostAsync(Served.StreamedChat, stop: client.Token);
        await Served.UntilAsync(() => served.Engines[0].Running == 1);
        if (afterFirstByte)
        {
            await first;
        }

        Task<HttpResponseMessage> second = served.PostAsync(Served.Chat, stop: Stop);
        long left = Stopwatch.GetTimestamp();
        await client.CancelAsync();
        if (afterFirstByte)
        {
            (await first).Dispose();
        }

        TimeSpan took = Stopwatch.GetElapsedTime(left, await aborted.Task.WaitAsync(TimeSpan.FromSeconds(10), Stop));
        TestContext.Current.SendDiagnosticMessage($"aborted after {took.TotalMilliseconds:0.0} ms");
        served.Engines[0].Answer = (context, _) => FakeEngine.WriteAsync(context, FakeEngine.WholeAnswer);
        await Served.UntilAsync(() => served.Engines[0].Seen.Count == 2);
        await Served.UntilAsync(() => served.Gateway.Metrics.Requests.Of("m", "cancelled") == 1);
        Assert.False(second.IsCanceled);
    }

    [Fact]
    public async Task A_client_that_leaves_while_held_never_reaches_an_engine()
    {
        var go = new TaskCompletionSource();
        await using Served served = await Served.StartAsync(1, window: 1, prepare: (_, engine) => engine.Answer = async (context, _) =>
        {
            await go.Task;
            await FakeEngine.WriteAsync(context, FakeEngine.WholeAnswer);
        });
        Task<HttpResponseMessage> first = served.PostAsync(Served.Chat, stop: Stop);
        await Served.UntilAsync(() => served.Engines[0].Running == 1);
        using var client = new CancellationTokenSource();
        Task<HttpResponseMessage> second = served.PostAsync(Served.Chat, stop: client.Token);
        await Served.UntilAsync(() => served.Gateway.Fleet.Pools()[0].Loop.HeldRequests == 1);

        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await Served.UntilAsync(() => served.Gateway.Fleet.Pools()[0].Loop.HeldRequests == 0);
        go.SetResult();

        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        Assert.Single(served.Engines[0].Seen);
        await served.NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("503")]
    [InlineData("abort")]
    [InlineData("head-only")]
    public async Task A_replica_that_breaks_before_the_first_byte_is_left_for_another(string fault)
    {
        await using Served served = await Served.StartAsync(2, prepare: (i, engine) => engine.Answer = i == 1 ? engine.Answer : (context, _) => BreakAsync(context, fault));

        for (int i = 0; i < 4; i++)
        {
            using HttpResponseMessage answer = await served.PostAsync(Served.Chat, stop: Stop);
            Assert.Equal(FakeEngine.WholeAnswer, await answer.Content.ReadAsStringAsync(Stop));
        }

        Assert.True(served.Gateway.Metrics.Retries.Of("e0") > 0);
        await served.NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("data: 1\n\n", true)]
    [InlineData("data: 1\n\ndata: 2", false)]
    [InlineData("data: 1\n", false)]
    public async Task A_stream_that_breaks_in_the_middle_is_seen_to_be_broken_and_not_tried_again(string part, bool isToldAsEvent)
    {
        var seen = new TaskCompletionSource();
        await using Served served = await Served.StartAsync(2, prepare: (_, engine) => engine.Answer = async (context, _) =>
        {
            await FakeEngine.StreamAsync(context, [Encoding.UTF8.GetBytes(part)]);
            await seen.Task;
            context.Abort();
        });
        using HttpResponseMessage answer = await served.PostAsync(Served.StreamedChat, stop: Stop);
        seen.SetResult();

        if (isToldAsEvent)
        {
            Assert.Equal(
                part + """data: {"error":{"message":"the replica failed in the middle of its answer","type":"upstream_error","param":null,"code":"upstream_cut"}}""" + "\n\n",
                await answer.Content.ReadAsStringAsync(Stop));
        }
        else
        {
            await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsByteArrayAsync(Stop));
        }

        Assert.Equal(1, served.Engines.Sum(engine => engine.Seen.Count));
        await Served.UntilAsync(() => served.Gateway.Metrics.Requests.Of("m", "failed") == 1);
        await served.NothingIsLeftAsync();
    }

    [Fact]
    public async Task The_breaker_opens_and_closes_again_by_a_trial()
    {
        await using Served served = await Served.StartAsync(
            2,
            change: options => options with { Health = Served.QuickHealth with { FailuresToOpen = 2, OpenFor = Duration.FromMilliseconds(300) } },
            prepare: (i, engine) => engine.Answer = i == 1 ? engine.Answer : (context, _) => BreakAsync(context, "abort"));
        for (int i = 0; i < 4; i++)
        {
            (await served.PostAsync(Served.Chat, stop: Stop)).Dispose();
        }

        Assert.Equal(BreakerState.Open, served.Gateway.Fleet.Replicas[0].Gate.Breaker);
        Assert.Equal(2, served.Engines[0].Seen.Count);
        served.Engines[0].Answer = served.Engines[1].Answer;
        await Served.UntilAsync(() => served.Gateway.Fleet.Replicas[0].Gate.Breaker == BreakerState.HalfOpen);
        await Served.UntilAsync(() =>
        {
            served.PostAsync(Served.Chat, stop: Stop).GetAwaiter().GetResult().Dispose();
            return served.Gateway.Fleet.Replicas[0].Gate.Breaker == BreakerState.Closed;
        });
        await served.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_deadline_that_comes_while_held_or_before_the_first_byte_is_an_error_of_its_own()
    {
        await using Served served = await Served.StartAsync(1, window: 1, prepare: (_, engine) =>
            engine.Answer = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));

        Task<HttpResponseMessage> sent = served.PostAsync(Served.Chat, stop: Stop, headers: ("x-plimsoll-deadline-ms", "400"));
        await Served.UntilAsync(() => served.Engines[0].Running == 1);
        using HttpResponseMessage held = await served.PostAsync(Served.Chat, stop: Stop, headers: ("x-plimsoll-deadline-ms", "50"));

        Assert.Equal((HttpStatusCode.GatewayTimeout, "deadline_exceeded"), (held.StatusCode, await CodeOfAsync(held)));
        Assert.Equal((HttpStatusCode.GatewayTimeout, "deadline_exceeded"), ((await sent).StatusCode, await CodeOfAsync(await sent)));
        await Served.UntilAsync(() => served.Engines[0].Running == 0);
        await served.NothingIsLeftAsync();
    }

    [Fact]
    public async Task What_is_shed_is_told_when_to_come_again()
    {
        await using Served served = await Served.StartAsync(1, window: 1, admission: "queue-limit:limit=1", prepare: (_, engine) =>
            engine.Answer = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var clients = new CancellationTokenSource();
        Task<HttpResponseMessage> running = served.PostAsync(Served.Chat, stop: clients.Token);
        await Served.UntilAsync(() => served.Engines[0].Running == 1);

        // Until the next report it counts as waiting.
        int probes = served.Engines[0].Probes;
        await Served.UntilAsync(() => served.Engines[0].Probes >= probes + 2);
        Task<HttpResponseMessage> held = served.PostAsync(Served.Chat, stop: clients.Token);
        await Served.UntilAsync(() => served.Gateway.Fleet.Pools()[0].Loop.HeldRequests == 1);

        using HttpResponseMessage shed = await served.PostAsync(Served.Chat, stop: Stop);

        Assert.Equal((HttpStatusCode.TooManyRequests, "queue_full"), (shed.StatusCode, await CodeOfAsync(shed)));
        Assert.Equal(TimeSpan.FromSeconds(1), shed.Headers.RetryAfter!.Delta);
        await clients.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(running, held));
        await served.NothingIsLeftAsync();
    }

    [Fact]
    public async Task With_every_engine_down_it_says_so_and_serves_again_when_one_is_back()
    {
        await using Served served = await Served.StartAsync(2, prepare: (_, engine) => engine.Healthy = true);
        foreach (FakeEngine engine in served.Engines)
        {
            engine.Healthy = false;
        }

        await Served.UntilAsync(() => !served.Gateway.Fleet.Ready);
        using (HttpResponseMessage refused = await served.PostAsync(Served.Chat, stop: Stop))
        {
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "no_replica_ready"), (refused.StatusCode, await CodeOfAsync(refused)));
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await served.Client.GetAsync(new Uri("/readyz", UriKind.Relative), Stop)).StatusCode);
        }

        served.Engines[1].Healthy = true;
        await Served.UntilAsync(() => served.Gateway.Fleet.Ready);
        using HttpResponseMessage answer = await served.PostAsync(Served.Chat, stop: Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(served.Engines[0].Seen);
    }

    [Fact]
    public async Task Each_model_goes_to_those_that_have_it_and_the_lists_are_merged()
    {
        await using Served served = await Served.StartAsync(3, prepare: (i, engine) => engine.Models = i == 0 ? ["a"] : ["b", "c"]);
        foreach (string model in new[] { "a", "b", "c", "b" })
        {
            (await served.PostAsync($$"""{"model":"{{model}}"}""", stop: Stop)).EnsureSuccessStatusCode().Dispose();
        }

        Assert.Equal((1, 3), (served.Engines[0].Seen.Count, served.Engines[1].Seen.Count + served.Engines[2].Seen.Count));
        using HttpResponseMessage unknown = await served.PostAsync("""{"model":"d"}""", stop: Stop);
        Assert.Equal((HttpStatusCode.NotFound, "model_not_found"), (unknown.StatusCode, await CodeOfAsync(unknown)));
        using HttpResponseMessage unnamed = await served.PostAsync("{}", stop: Stop);
        Assert.Equal(HttpStatusCode.BadRequest, unnamed.StatusCode);
        using JsonDocument list = JsonDocument.Parse(await served.Client.GetStringAsync(new Uri("/v1/models", UriKind.Relative), Stop));
        Assert.Equal(["a", "b", "c"], list.RootElement.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("too long", HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_body_that_cannot_be_read_is_refused_in_the_usual_shape(string body, HttpStatusCode status)
    {
        await using Served served = await Served.StartAsync(1, change: options => options with { MostBodyBytes = 5000 });

        using HttpResponseMessage answer = await served.PostAsync(body == "too long" ? new string(' ', 6000) : body, stop: Stop);

        Assert.Equal(status, answer.StatusCode);
        Assert.NotEmpty((await CodeOfAsync(answer))!);
    }

    [Fact]
    public async Task Draining_takes_nothing_new_and_ends_what_runs()
    {
        var go = new TaskCompletionSource();
        await using Served served = await Served.StartAsync(2, prepare: (i, engine) => engine.Answer = i == 1 ? engine.Answer : async (context, _) =>
        {
            await go.Task;
            await FakeEngine.WriteAsync(context, FakeEngine.WholeAnswer);
        });
        Task<HttpResponseMessage> running = served.PostAsync(Served.Chat, stop: Stop);
        await Served.UntilAsync(() => served.Engines[0].Running == 1);
        using var admin = new HttpClient { BaseAddress = served.Gateway.AdminAddress };

        (await admin.PostAsync(new Uri("/api/drain?replica=e0", UriKind.Relative), null, Stop)).EnsureSuccessStatusCode().Dispose();
        for (int i = 0; i < 4; i++)
        {
            (await served.PostAsync(Served.Chat, stop: Stop)).EnsureSuccessStatusCode().Dispose();
        }

        go.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await running).StatusCode);
        Assert.Equal((1, 4), (served.Engines[0].Seen.Count, served.Engines[1].Seen.Count));
    }

    [Fact]
    public async Task Stopping_lets_what_runs_end()
    {
        var go = new TaskCompletionSource();
        await using Served served = await Served.StartAsync(1, prepare: (_, engine) => engine.Answer = async (context, _) =>
        {
            await FakeEngine.StreamAsync(context, ["data: 1\n\n"u8.ToArray()]);
            await go.Task;
            await FakeEngine.StreamAsync(context, ["data: [DONE]\n\n"u8.ToArray()]);
        });
        using HttpResponseMessage answer = await served.PostAsync(Served.StreamedChat, stop: Stop);
        Task stopping = served.Gateway.StopAsync();
        await Assert.ThrowsAsync<HttpRequestException>(async () =>
        {
            using var late = new HttpClient { BaseAddress = served.Gateway.Address };
            for (; ; await Task.Delay(5, Stop))
            {
                await late.GetAsync(new Uri("/healthz", UriKind.Relative), Stop);
            }
        });
        go.SetResult();

        Assert.Equal("data: 1\n\ndata: [DONE]\n\n", await answer.Content.ReadAsStringAsync(Stop));
        await stopping;
        Assert.Equal(1, served.Gateway.Metrics.Requests.Of("m", "completed"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Under_random_faults_every_attempt_ends_exactly_once(int seed)
    {
        const int Requests = 300;
        RandomStream faults = new RandomTree((ulong)seed).Stream("faults");
        string[] kinds = ["well", "well", "well", "stream", "stream", "500", "503", "abort", "head-only", "cut", "slow"];
        await using Served served = await Served.StartAsync(
            3,
            window: 4,
            routing: "power-of-two",
            change: options => options with { Health = Served.QuickHealth with { OpenFor = Duration.FromMilliseconds(20) } },
            prepare: (_, engine) => engine.Answer = (context, _) =>
            {
                string kind;
                lock (kinds)
                {
                    kind = kinds[faults.NextBelow(kinds.Length)];
                }

                return BreakAsync(context, kind);
            });

        int answered = 0;
        await Task.WhenAll(Enumerable.Range(0, Requests).Select(async i =>
        {
            bool leaves;
            lock (kinds)
            {
                leaves = faults.NextBelow(5) == 0;
            }

            using var client = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            client.CancelAfter(leaves ? i % 40 : 20_000);
            try
            {
                using HttpResponseMessage answer = await served.PostAsync(Served.Chat, stop: client.Token, headers: ("x-plimsoll-deadline-ms", "5000"));
                await answer.Content.ReadAsByteArrayAsync(client.Token);
                Interlocked.Increment(ref answered);
            }
            catch (Exception gone) when (gone is HttpRequestException or OperationCanceledException or IOException)
            {
                // It left, or was cut off.
            }
        }));

        await served.NothingIsLeftAsync();
        string[] outcomes = ["completed", "cancelled", "rejected", "failed"];
        await Served.UntilAsync(() => outcomes.Sum(outcome => served.Gateway.Metrics.Requests.Of("m", outcome)) >= answered);
        Assert.True(answered > Requests / 4, $"seed {seed}: {answered} answered");

        // Nothing that happened keeps a place: as many run at a time as the windows allow, and no more.
        foreach (FakeEngine engine in served.Engines)
        {
            Assert.True(engine.MostRunning <= Requests, $"seed {seed}");
            engine.Answer = (context, _) => FakeEngine.WriteAsync(context, FakeEngine.WholeAnswer);
        }

        await Served.UntilAsync(() => served.Gateway.Fleet.Replicas.All(replica => replica.Gate.Breaker != BreakerState.Open));
        for (int i = 0; i < 40; i++)
        {
            using HttpResponseMessage answer = await served.PostAsync(Served.Chat, stop: Stop);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"seed {seed}: {answer.StatusCode}");
        }

        await served.NothingIsLeftAsync();
    }

    private static async Task BreakAsync(HttpContext context, string kind)
    {
        switch (kind)
        {
            case "500" or "503":
                await FakeEngine.WriteAsync(context, """{"error":{"message":"no"}}""", int.Parse(kind, null));
                break;
            case "abort":
                context.Abort();
                break;
            case "head-only":
                context.Response.ContentLength = 10;
                await context.Response.StartAsync();
                context.Abort();
                break;
            case "cut":
                await FakeEngine.StreamAsync(context, ["data: {}\n\n"u8.ToArray()]);
                context.Abort();
                break;
            case "stream":
                await FakeEngine.StreamAsync(context, Enumerable.Repeat("data: {}\n\n"u8.ToArray(), 10), pauseMilliseconds: 1);
                break;
            case "slow":
                await Task.Delay(100, context.RequestAborted);
                await FakeEngine.WriteAsync(context, FakeEngine.WholeAnswer);
                break;
            default:
                await FakeEngine.WriteAsync(context, FakeEngine.WholeAnswer);
                break;
        }
    }

    private static async Task<string?> CodeOfAsync(HttpResponseMessage answer)
    {
        using JsonDocument error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop));
        Assert.Equal(JsonValueKind.String, error.RootElement.GetProperty("error").GetProperty("message").ValueKind);
        return error.RootElement.GetProperty("error").GetProperty("code").GetString();
    }
}
