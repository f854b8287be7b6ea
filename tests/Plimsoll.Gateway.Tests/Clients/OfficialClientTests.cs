using System.ClientModel;
using System.ClientModel.Primitives;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Models;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Emulation;
using Plimsoll.Gateway.Tests.Emulation;
using Plimsoll.Gateway.Tests.Hosting;
using Plimsoll.Testing;

namespace Plimsoll.Gateway.Tests.Clients;

/// <summary>The official clients of the OpenAI API must be pleased by what comes through the gateway.</summary>
public sealed class OfficialClientTests : IAsyncLifetime
{
    private static readonly string[] ToolChunks =
    [
        """{"id":"c","object":"chat.completion.chunk","created":1,"model":"tools","choices":[{"index":0,"delta":{"role":"assistant","content":null}}]}""",
        """{"id":"c","object":"chat.completion.chunk","created":1,"model":"tools","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"depth","arguments":""}}]}}]}""",
        """{"id":"c","object":"chat.completion.chunk","created":1,"model":"tools","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"port\":"}}]}}]}""",
        """{"id":"c","object":"chat.completion.chunk","created":1,"model":"tools","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\"Hull\"}"}}]}}]}""",
        """{"id":"c","object":"chat.completion.chunk","created":1,"model":"tools","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""",
    ];

    private readonly TaskCompletionSource _cutNow = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private EmulatorServer _emulator = null!;
    private Served _served = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _emulator = await Emulators.StartAsync(Emulators.Options(stepSeconds: 0.002) with { Model = "tiny" });
        _served = await Served.StartAsync(
            2,
            change: options => options with { Backends = [.. options.Backends, new Backend(2, "emulator", _emulator.Address)] },
            prepare: (i, engine) =>
            {
                engine.Models = [i == 0 ? "tools" : "cut"];
                engine.Answer = i == 0 ? CallToolAsync : CutAsync;
            });
    }

    public async ValueTask DisposeAsync()
    {
        await _served.DisposeAsync();
        await _emulator.DisposeAsync();
    }

    [Fact]
    public async Task The_client_for_JavaScript_is_pleased()
    {
        string scripts = Repository.PathOf("tests/clients");
        Assert.SkipUnless(Directory.Exists(Path.Combine(scripts, "node_modules")), "Run npm ci in tests/clients first.");
        using Process node = Process.Start(new ProcessStartInfo("node", [Path.Combine(scripts, "openai.mjs"), _served.Gateway.Address.AbsoluteUri])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        Task<string> problems = node.StandardError.ReadToEndAsync(Stop);
        string last = "";
        while (await node.StandardOutput.ReadLineAsync(Stop) is { } line)
        {
            last = line;
            _cutNow.TrySetResult();
        }

        await node.WaitForExitAsync(Stop);
        Assert.True(node.ExitCode == 0, await problems + last);
        using JsonDocument seen = JsonDocument.Parse(last);
        Assert.Equal(
            """{"models":["cut","tiny","tools"],"whole":{"tokens":5,"role":"assistant","hasText":true},"streamed":{"tokens":7,"finish":"length","hasText":true},"tool":{"name":"depth","port":"Hull","finish":"tool_calls"},"response":"incomplete","embeddings":2,"left":3,"error":{"isApiError":true,"status":404,"code":"model_not_found"},"beforeCut":1,"cut":"upstream_cut"}""",
            JsonSerializer.Serialize(seen.RootElement));
        await _served.NothingIsLeftAsync();
    }

    [Fact]
    public async Task The_client_for_NET_is_pleased()
    {
        var options = new OpenAIClientOptions { Endpoint = new Uri(_served.Gateway.Address, "v1"), RetryPolicy = new ClientRetryPolicy(0) };
        var client = new OpenAIClient(new ApiKeyCredential("none"), options);
        ChatClient tiny = client.GetChatClient("tiny");
        ChatMessage[] messages = [new UserChatMessage("Tell me of ships.")];
        var limit = new ChatCompletionOptions { MaxOutputTokenCount = 5 };

        ClientResult<OpenAIModelCollection> models = await client.GetOpenAIModelClient().GetModelsAsync(Stop);
        ChatCompletion whole = await tiny.CompleteChatAsync(messages, limit, Stop);
        (int events, int? tokens) = (0, null);
        await foreach (StreamingChatCompletionUpdate update in tiny.CompleteChatStreamingAsync(messages, limit, Stop))
        {
            events++;
            tokens = update.Usage?.OutputTokenCount ?? tokens;
        }

        Assert.Equal(["cut", "tiny", "tools"], models.Value.Select(model => model.Id).Order());
        Assert.InRange(whole.Usage.OutputTokenCount, 1, 5);
        Assert.True(events > 1 && tokens is >= 1 and <= 5);
        Assert.Equal(2, (await client.GetEmbeddingClient("tiny").GenerateEmbeddingsAsync(["a", "b"], cancellationToken: Stop)).Value.Count);
    }

    [Fact]
    public async Task The_client_for_NET_reads_tool_calls_errors_and_cuts()
    {
        var options = new OpenAIClientOptions { Endpoint = new Uri(_served.Gateway.Address, "v1"), RetryPolicy = new ClientRetryPolicy(0) };
        var client = new OpenAIClient(new ApiKeyCredential("none"), options);
        ChatMessage[] messages = [new UserChatMessage("How deep is it?")];

        var arguments = new StringBuilder();
        ChatFinishReason? finish = null;
        await foreach (StreamingChatCompletionUpdate update in client.GetChatClient("tools").CompleteChatStreamingAsync(messages, cancellationToken: Stop))
        {
            finish = update.FinishReason ?? finish;
            foreach (StreamingChatToolCallUpdate call in update.ToolCallUpdates)
            {
                arguments.Append(call.FunctionArgumentsUpdate);
            }
        }

        ClientResultException unknown = await Assert.ThrowsAsync<ClientResultException>(
            () => client.GetChatClient("nowhere").CompleteChatAsync(messages, cancellationToken: Stop));

        Assert.Equal("""{"port":"Hull"}""", arguments.ToString());
        Assert.Equal(ChatFinishReason.ToolCalls, finish);
        Assert.Equal(404, unknown.Status);
        Assert.Contains("'nowhere' does not exist here", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_leaves_in_the_middle_frees_the_engine()
    {
        var options = new OpenAIClientOptions { Endpoint = new Uri(_served.Gateway.Address, "v1"), RetryPolicy = new ClientRetryPolicy(0) };
        ChatClient tiny = new OpenAIClient(new ApiKeyCredential("none"), options).GetChatClient("tiny");
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            int events = 0;
            await foreach (StreamingChatCompletionUpdate _ in tiny.CompleteChatStreamingAsync([new UserChatMessage("ships")], cancellationToken: leave.Token))
            {
                if (++events == 3)
                {
                    await leave.CancelAsync();
                }
            }
        });

        await _served.NothingIsLeftAsync();
    }

    private static Task CallToolAsync(HttpContext context, byte[] body) =>
        FakeEngine.StreamAsync(context, [.. ToolChunks.Append("[DONE]").Select(Event)]);

    private async Task CutAsync(HttpContext context, byte[] body)
    {
        await FakeEngine.StreamAsync(context, [Event(ToolChunks[0])]);
        await _cutNow.Task;
        context.Abort();
    }

    private static byte[] Event(string data) => Encoding.UTF8.GetBytes($"data: {data}\n\n");
}
