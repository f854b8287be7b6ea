using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Plimsoll.Gateway.Tests.Hosting;

public sealed class RelayTests
{
    private const string Transcript =
        "data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n"
        + ": ping\n\n"
        + "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"häß 日本\"}}],\"unknown\":{\"a\":[1,2,{}]}}\r\n\r\n"
        + "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\":\"}}]}}]}\n\n"
        + "event: x\ndata: {\"choices\":null,\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":3,\"prompt_tokens_details\":{\"cached_tokens\":8}}}\n\n"
        + "data: [DONE]\n\n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task A_stream_passes_byte_for_byte_whatever_its_pieces(int pieceBytes)
    {
        byte[] transcript = Encoding.UTF8.GetBytes(Transcript);
        await using Served served = await Served.StartAsync(1, prepare: (_, engine) =>
            engine.Answer = (context, _) => FakeEngine.StreamAsync(context, transcript.Chunk(pieceBytes)));

        using HttpResponseMessage answer = await served.PostAsync(Served.StreamedChat, stop: Stop);

        Assert.Equal("text/event-stream; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(transcript, await answer.Content.ReadAsByteArrayAsync(Stop));
        await served.NothingIsLeftAsync();
        await Served.UntilAsync(() => served.Gateway.Metrics.Requests.Of("m", "completed") == 1);
        Assert.Equal((11, 8, 3), (
            served.Gateway.Metrics.PromptTokens.Of("m"), served.Gateway.Metrics.CachedTokens.Of("m"), served.Gateway.Metrics.OutputTokens.Of("m")));
    }

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/completions")]
    [InlineData("/v1/embeddings")]
    [InlineData("/v1/responses")]
    public async Task Bodies_go_on_untouched_both_ways(string path)
    {
        await using Served served = await Served.StartAsync(1);
        string body = " {\"model\" : \"m\",\n\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:,\\u00e4\"}}]}], \"x\":1e5,\"x\":2 } ";

        using HttpResponseMessage answer = await served.PostAsync(body, path, Stop, ("traceparent", "00-1-2-01"), ("Authorization", "Bearer secret"));

        Assert.Equal(FakeEngine.WholeAnswer, await answer.Content.ReadAsStringAsync(Stop));
        (IHeaderDictionary headers, byte[] seen, string seenPath) = served.Engines[0].Seen.Single();
        Assert.Equal((path, body), (seenPath, Encoding.UTF8.GetString(seen)));
        Assert.Equal("00-1-2-01", headers["traceparent"]);
        Assert.Empty(headers.Authorization.ToArray());
        await served.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Each_piece_goes_out_before_the_next_one_is_there()
    {
        var next = new SemaphoreSlim(0);
        await using Served served = await Served.StartAsync(1, prepare: (_, engine) => engine.Answer = async (context, _) =>
        {
            for (int i = 0; i < 5; i++)
            {
                await FakeEngine.StreamAsync(context, [Encoding.ASCII.GetBytes($"data: {i}\n\n")]);
                await next.WaitAsync(context.RequestAborted);
            }
        });
        using HttpResponseMessage answer = await served.PostAsync(Served.StreamedChat, stop: Stop);
        await using Stream from = await answer.Content.ReadAsStreamAsync(Stop);
        byte[] piece = new byte[100];
        for (int i = 0; i < 5; i++)
        {
            int read = await from.ReadAsync(piece, Stop);
            Assert.Equal($"data: {i}\n\n", Encoding.ASCII.GetString(piece, 0, read));
            next.Release();
        }

        Assert.Equal(0, await from.ReadAsync(piece, Stop));
    }

    [Fact]
    public async Task Fifty_streams_at_a_time_all_arrive_whole()
    {
        await using Served served = await Served.StartAsync(3, routing: "least-requests", prepare: (_, engine) =>
            engine.Answer = (context, body) => FakeEngine.StreamAsync(
                context,
                Enumerable.Range(0, 20).Select(i => Encoding.UTF8.GetBytes($"data: {i} {Encoding.UTF8.GetString(body)}\n\n")),
                pauseMilliseconds: 1));

        string[] answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            using HttpResponseMessage answer = await served.PostAsync($$"""{"model":"m","n":{{i}}}""", stop: Stop);
            return await answer.Content.ReadAsStringAsync(Stop);
        }));

        Assert.Equal(
            Enumerable.Range(0, 50).Select(i => string.Concat(Enumerable.Range(0, 20).Select(k => $$"""data: {{k}} {"model":"m","n":{{i}}}""" + "\n\n"))),
            answers);
        await served.NothingIsLeftAsync();
    }

    [Fact]
    public async Task What_the_connection_header_names_ends_with_the_connection()
    {
        await using Served served = await Served.StartAsync(1, prepare: (_, engine) => engine.Answer = async (context, _) =>
        {
            context.Response.Headers.Connection = "x-hop";
            context.Response.Headers["x-hop"] = "1";
            context.Response.Headers["x-kept"] = "2";
            await FakeEngine.WriteAsync(context, FakeEngine.WholeAnswer);
        });

        using HttpResponseMessage answer = await served.PostAsync(
            Served.Chat,
            stop: Stop,
            headers: [("Connection", "X-Secret-Hop"), ("X-Secret-Hop", "a"), ("X-data-parallel-rank", "3"), ("X-Other", "b")]);

        IHeaderDictionary seen = served.Engines[0].Seen.Single().Headers;
        Assert.DoesNotContain("X-Secret-Hop", seen.Keys, StringComparer.OrdinalIgnoreCase);
        Assert.DoesNotContain("X-data-parallel-rank", seen.Keys, StringComparer.OrdinalIgnoreCase);
        Assert.Equal("b", seen["X-Other"]);
        Assert.False(answer.Headers.Contains("x-hop"));
        Assert.Equal("2", answer.Headers.GetValues("x-kept").Single());
    }

    [Theory]
    [InlineData("Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello")]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")]
    public async Task A_request_of_two_lengths_reaches_no_engine(string rest)
    {
        await using Served served = await Served.StartAsync(1);

        Assert.StartsWith("HTTP/1.1 400", await RawAsync(served, rest), StringComparison.Ordinal);
        Assert.Empty(served.Engines[0].Seen);
    }

    private static async Task<string> RawAsync(Served served, string rest)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, served.Gateway.Address.Port, Stop);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes("POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n" + rest), Stop);
        using var reader = new StreamReader(socket.GetStream());
        return await reader.ReadToEndAsync(Stop);
    }
}
