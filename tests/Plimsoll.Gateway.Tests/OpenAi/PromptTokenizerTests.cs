using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Plimsoll.Core;
using Plimsoll.Gateway.Emulation;
using Plimsoll.Gateway.Observing;
using Plimsoll.Gateway.Tests.Hosting;
using Plimsoll.Wire.KvEvents;

namespace Plimsoll.Gateway.Tests.OpenAi;

/// <summary>An engine that cuts prompts wrongly, or not at all, costs nobody an answer.</summary>
public sealed class PromptTokenizerTests
{
    private const string OneToken = """{"count":1,"tokens":[5]}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("garbage", "not_understood")]
    [InlineData("contradiction", "not_understood")]
    [InlineData("huge", "failed")]
    [InlineData("cut", "failed")]
    [InlineData("silence", "too_slow")]
    [InlineData("absent", "refused")]
    [InlineData("error", "refused")]
    public async Task The_request_is_served_and_the_engine_rests(string answer, string outcome)
    {
        int timeoutMilliseconds = answer == "silence" ? 20 : 10_000;
        await using Listened listened = await Listened.StartAsync(context => AnswerAsync(context, answer), timeoutMilliseconds);
        Served served = listened.Served;

        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage response = await served.PostAsync(Served.Chat, stop: Stop);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        // The second came within the second of rest, unless this machine stood still for so long.
        long asked = served.Engines[0].Seen.Count(seen => seen.Path == "/tokenize");
        Assert.Equal((asked, 2 - asked), (served.Gateway.Metrics.Tokenized.Of(outcome), served.Gateway.Metrics.Tokenized.Of("no_engine")));
        Assert.Equal(0, served.Gateway.Fleet.Replicas[0].Tokenizer.Asking);
        await served.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_refusal_of_one_body_does_not_count_against_the_next()
    {
        await using Listened listened = await Listened.StartAsync(context => FakeEngine.WriteAsync(context, "{}", 400));
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage response = await listened.Served.PostAsync(Served.Chat, stop: Stop);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(3, listened.Served.Gateway.Metrics.Tokenized.Of("refused"));
    }

    [Fact]
    public async Task The_engine_is_asked_with_the_body_as_it_came()
    {
        await using Listened listened = await Listened.StartAsync(context => FakeEngine.WriteAsync(context, OneToken));
        Served served = listened.Served;

        using HttpResponseMessage response = await served.PostAsync(Served.StreamedChat, stop: Stop);

        Assert.Equal(1, served.Gateway.Metrics.Tokenized.Of("asked"));
        Assert.Equal(Served.StreamedChat, Encoding.UTF8.GetString(served.Engines[0].Seen.Single(seen => seen.Path == "/tokenize").Body));
    }

    [Theory]
    [InlineData("/v1/responses", """{"model":"m","input":"Hello"}""")]
    [InlineData("/v1/completions", """{"model":"m","prompt":["a","b"]}""")]
    [InlineData("/v1/completions", """{"model":"m","prompt":"a","cache_salt":"mine"}""")]
    [InlineData("/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":[{"type":"image_url"}]}]}""")]
    public async Task What_is_more_than_tokens_is_not_asked_for(string path, string body)
    {
        await using Listened listened = await Listened.StartAsync(context => FakeEngine.WriteAsync(context, OneToken));

        using HttpResponseMessage response = await listened.Served.PostAsync(body, path, Stop);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(1, listened.Served.Gateway.Metrics.Tokenized.Of("not_text"));
        Assert.DoesNotContain(listened.Served.Engines[0].Seen, seen => seen.Path == "/tokenize");
    }

    [Fact]
    public async Task A_tenants_salt_keeps_its_prompts_from_being_compared()
    {
        await using Listened listened = await Listened.StartAsync(context => FakeEngine.WriteAsync(context, OneToken), salts: true);

        using HttpResponseMessage salted = await listened.Served.PostAsync(Served.Chat, stop: Stop, headers: ("x-smg-tenant-id", "t"));
        using HttpResponseMessage plain = await listened.Served.PostAsync(Served.Chat, stop: Stop);

        CounterFamily tokenized = listened.Served.Gateway.Metrics.Tokenized;
        Assert.Equal((1, 1), (tokenized.Of("not_text"), tokenized.Of("asked")));
    }

    private static async Task AnswerAsync(HttpContext context, string answer)
    {
        switch (answer)
        {
            case "garbage":
                await FakeEngine.WriteAsync(context, "no JSON");
                break;
            case "contradiction":
                await FakeEngine.WriteAsync(context, """{"count":2,"tokens":[1]}""");
                break;
            case "huge":
                await FakeEngine.WriteAsync(context, new string(' ', (16 << 20) + 1));
                break;
            case "cut":
                context.Abort();
                break;
            case "silence":
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
                break;
            default:
                await FakeEngine.WriteAsync(context, "{}", answer == "absent" ? 404 : 500);
                break;
        }
    }

    /// <summary>A gateway in front of a fake engine, whose events somebody else publishes.</summary>
    private sealed class Listened : IAsyncDisposable
    {
        private readonly KvEventPublisher _publisher;

        private Listened(KvEventPublisher publisher, Served served) => (_publisher, Served) = (publisher, served);

        public Served Served { get; }

        public static async Task<Listened> StartAsync(
            Func<HttpContext, Task> tokenize, int timeoutMilliseconds = 10_000, bool salts = false)
        {
            var publisher = new KvEventPublisher(new IPEndPoint(IPAddress.Loopback, 0), TimeProvider.System, default);
            Served served = await Served.StartAsync(
                1,
                change: options => options with
                {
                    Backends = [options.Backends[0] with { KvEvents = publisher.Address }],
                    Tokenizes = true,
                    TokenizeTimeout = Duration.FromMilliseconds(timeoutMilliseconds),
                    SaltsCache = salts,
                },
                prepare: (_, engine) => engine.Answer = (context, _) =>
                    context.Request.Path == "/tokenize" ? tokenize(context) : FakeEngine.WriteAsync(context, FakeEngine.WholeAnswer),
                routing: "prefix-aware");
            await Served.UntilAsync(() => publisher.HasSubscribers);
            publisher.Publish([new KvEvent(KvEventKind.BlockStored, [1], null, 16)]);
            await Served.UntilAsync(() => served.Gateway.Fleet.Replicas[0].Cache.BlockTokens == 16);
            return new Listened(publisher, served);
        }

        public async ValueTask DisposeAsync()
        {
            await Served.DisposeAsync();
            await _publisher.DisposeAsync();
        }
    }
}
