using System.Net.Http.Json;
using System.Text.Json;

namespace Plimsoll.Gateway.Tests.Emulation;

/// <summary>The emulated model server as a client sees it.</summary>
public sealed class EmulatorServerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_chat_is_answered_whole()
    {
        await using var server = await TestClient.StartAsync(Emulators.Options(outputTokens: 5));

        JsonElement answer = await server.PostAsync("/v1/chat/completions", """{"model":"little","messages":[{"role":"user","content":"How are you?"}]}""");

        JsonElement choice = answer.GetProperty("choices")[0];
        Assert.StartsWith("chatcmpl-", answer.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal("chat.completion", answer.GetProperty("object").GetString());
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        Assert.Equal("assistant", choice.GetProperty("message").GetProperty("role").GetString());
        Assert.Matches(@"^[A-Z][a-z]*([ ,.][A-Za-z]*)*\.$", choice.GetProperty("message").GetProperty("content").GetString());

        // "<user>How are you?\n<assistant>" is 30 characters long.
        Assert.Equal((8, 5, 13), Usage(answer));
    }

    [Fact]
    public async Task A_stream_has_its_role_its_tokens_its_end_and_its_usage_in_this_order()
    {
        await using var server = await TestClient.StartAsync(Emulators.Options(outputTokens: 50));

        List<string> events = await server.StreamAsync(
            "/v1/chat/completions",
            """{"messages":[{"role":"user","content":"Hi"}],"stream":true,"stream_options":{"include_usage":true},"max_tokens":4,"seed":7}""");
        JsonElement whole = await server.PostAsync("/v1/chat/completions", """{"messages":[{"role":"user","content":"Hi"}],"max_tokens":4,"seed":7}""");

        Assert.Equal("[DONE]", events[^1]);
        JsonElement[] chunks = [.. events[..^1].Select(text => JsonDocument.Parse(text).RootElement)];
        Assert.Equal(6, chunks.Length);
        Assert.Equal("assistant", Delta(chunks[0]).GetProperty("role").GetString());
        Assert.All(chunks[..5], chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("usage").ValueKind));
        Assert.All(chunks[..4], chunk => Assert.Null(chunk.GetProperty("choices")[0].GetProperty("finish_reason").GetString()));
        Assert.Equal("length", chunks[4].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal(0, chunks[5].GetProperty("choices").GetArrayLength());
        Assert.Equal(4, Usage(chunks[5]).Completion);
        Assert.Equal(
            whole.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(),
            string.Concat(chunks[..5].Select(chunk => Delta(chunk).GetProperty("content").GetString())));
        Assert.Single(chunks.Select(chunk => chunk.GetProperty("id").GetString()).Distinct());
    }

    [Fact]
    public async Task Completions_answer_every_prompt_as_often_as_asked()
    {
        await using var server = await TestClient.StartAsync(Emulators.Options(outputTokens: 3));

        JsonElement answer = await server.PostAsync(
            "/v1/completions", """{"prompt":["abcdefgh",[1,2,3]],"n":2,"ignore_eos":true,"max_tokens":6}""");

        Assert.Equal([0, 1, 2, 3], answer.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("index").GetInt32()));
        Assert.Equal((5, 24, 29), Usage(answer));
        Assert.All(answer.GetProperty("choices").EnumerateArray(), choice => Assert.Equal("length", choice.GetProperty("finish_reason").GetString()));
    }

    [Fact]
    public async Task Responses_stream_named_and_numbered_events()
    {
        await using var server = await TestClient.StartAsync(Emulators.Options(outputTokens: 2));

        List<string> events = await server.StreamAsync("/v1/responses", """{"input":"Tell me","stream":true}""");

        JsonElement[] all = [.. events.Select(text => JsonDocument.Parse(text).RootElement)];
        Assert.Equal(
            [
                "response.created", "response.output_item.added", "response.content_part.added", "response.output_text.delta",
                "response.output_text.delta", "response.output_text.done", "response.content_part.done", "response.output_item.done",
                "response.completed",
            ],
            all.Select(one => one.GetProperty("type").GetString()));
        Assert.Equal(Enumerable.Range(0, 9), all.Select(one => one.GetProperty("sequence_number").GetInt32()));
        Assert.Equal(2, all[^1].GetProperty("response").GetProperty("usage").GetProperty("output_tokens").GetInt32());
        Assert.Equal(
            string.Concat(all[3..5].Select(one => one.GetProperty("delta").GetString())),
            all[^1].GetProperty("response").GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Embeddings_have_length_one_in_both_encodings()
    {
        await using var server = await TestClient.StartAsync(Emulators.Options());

        JsonElement answer = await server.PostAsync("/v1/embeddings", """{"input":["one","two"],"dimensions":64,"seed":1}""");
        JsonElement coded = await server.PostAsync("/v1/embeddings", """{"input":["one","two"],"dimensions":64,"seed":1,"encoding_format":"base64"}""");

        double[] vector = [.. answer.GetProperty("data")[1].GetProperty("embedding").EnumerateArray().Select(value => value.GetDouble())];
        Assert.Equal(64, vector.Length);
        Assert.Equal(1.0, vector.Sum(value => value * value), 5);
        byte[] bytes = coded.GetProperty("data")[1].GetProperty("embedding").GetBytesFromBase64();
        Assert.Equal(vector.Select(value => (float)value), Enumerable.Range(0, 64).Select(i => BitConverter.ToSingle(bytes, 4 * i)));
    }

    [Fact]
    public async Task What_was_computed_for_one_prompt_is_cached_for_the_next_that_begins_so()
    {
        await using var server = await TestClient.StartAsync(Emulators.Options());
        string shared = new('x', 1000);
        await server.PostAsync("/v1/completions", JsonSerializer.Serialize(new { prompt = shared + "first question" }));

        JsonElement second = await server.PostAsync("/v1/completions", JsonSerializer.Serialize(new { prompt = shared + "second one" }));
        JsonElement salted = await server.PostAsync("/v1/completions", JsonSerializer.Serialize(new { prompt = shared + "second one", cache_salt = "mine" }));

        // 1,000 characters are 250 tokens, which fill 15 blocks of 16.
        Assert.Equal(240, Cached(second));
        Assert.Equal(0, Cached(salted));
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"messages":[{"role":"user","content":"x"}],"model":"other"}""", 404, "model_not_found")]
    [InlineData("/v1/chat/completions", """{"messages":[{"role":"user","content":"x"}],"max_tokens":0}""", 400, "invalid_request")]
    [InlineData("/v1/chat/completions", """{"messages":[{"role":"user","content":"x"}],"max_tokens":100000}""", 400, "context_length_exceeded")]
    [InlineData("/v1/chat/completions", """{"messages":[{"role":"user","content":"x"}],"priority":1}""", 400, "invalid_request")]
    [InlineData("/v1/chat/completions", """{"messages":[]}""", 400, "invalid_request")]
    [InlineData("/v1/completions", """{"prompt":""", 400, "invalid_request")]
    [InlineData("/v1/completions", """[]""", 400, "invalid_request")]
    [InlineData("/v1/completions", """{"model":"little"}""", 400, "invalid_request")]
    [InlineData("/v1/nothing", """{}""", 404, "not_found")]
    [InlineData("/v1/models", """{}""", 405, "method_not_allowed")]
    public async Task What_cannot_be_served_is_an_error_in_the_shape_clients_read(string path, string body, int status, string code)
    {
        await using var server = await TestClient.StartAsync(Emulators.Options());

        using HttpResponseMessage answer = await server.SendAsync(path, body);

        JsonElement error = (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("error");
        Assert.Equal((status, code), ((int)answer.StatusCode, error.GetProperty("code").GetString()));
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task The_request_id_of_the_client_comes_back()
    {
        await using var server = await TestClient.StartAsync(Emulators.Options());

        using HttpResponseMessage answer = await server.SendAsync("/v1/completions", """{"prompt":"x"}""", ("X-Request-Id", "abc-1"));

        Assert.Equal("abc-1", Assert.Single(answer.Headers.GetValues("X-Request-Id")));
        Assert.Equal("cmpl-abc-1", (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("id").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_leaves_frees_its_slot(bool streams)
    {
        // One slot, and an output of a quarter of an hour.
        await using var server = await TestClient.StartAsync(Emulators.Options(outputTokens: 90_000, sequences: 1));
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task<HttpResponseMessage> first = server.SendAsync("/v1/completions", $$"""{"prompt":"x","stream":{{(streams ? "true" : "false")}}}""", leaving.Token);
        await server.MetricAsync("vllm:num_requests_running", value => value == 1);

        using HttpResponseMessage? begun = streams ? await first : null;
        await leaving.CancelAsync();
        begun?.Dispose();

        JsonElement second = await server.PostAsync("/v1/completions", """{"prompt":"x","max_tokens":1}""");

        Assert.Equal(1, Usage(second).Completion);
        Assert.Equal(1, await server.MetricAsync("vllm:request_success_total", _ => true, "finished_reason=\"abort\""));
        Assert.Equal(0, await server.MetricAsync("vllm:kv_cache_usage_perc", _ => true));
    }

    [Fact]
    public async Task However_many_leave_every_slot_comes_back()
    {
        await using var server = await TestClient.StartAsync(Emulators.Options(outputTokens: 90_000));
        for (int round = 0; round < 10; round++)
        {
            using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            bool streams = round % 2 == 0;
            Task[] clients =
            [
                .. Enumerable.Range(0, 20).Select(_ => LeaveAsync(server, streams, leaving.Token)),
            ];
            await server.MetricAsync("vllm:num_requests_running", value => value == 20);
            await leaving.CancelAsync();
            await Task.WhenAll(clients);
            await server.MetricAsync("vllm:num_requests_running", value => value == 0);
        }

        Assert.Equal(200, await server.MetricAsync("vllm:request_success_total", _ => true, "finished_reason=\"abort\""));
        Assert.Equal(0, await server.MetricAsync("vllm:kv_cache_usage_perc", _ => true));
    }

    [Fact]
    public async Task Metrics_count_what_was_served()
    {
        await using var server = await TestClient.StartAsync(Emulators.Options(outputTokens: 4));
        await server.PostAsync("/v1/completions", """{"prompt":"abcdefgh"}""");

        Assert.Equal(2, await server.MetricAsync("vllm:prompt_tokens_total", _ => true));
        Assert.Equal(4, await server.MetricAsync("vllm:generation_tokens_total", _ => true));
        Assert.Equal(1, await server.MetricAsync("vllm:request_success_total", _ => true, "finished_reason=\"stop\""));
        Assert.Equal(3, await server.MetricAsync("vllm:inter_token_latency_seconds_count", _ => true));
        Assert.Equal(0.030, await server.MetricAsync("vllm:inter_token_latency_seconds_sum", _ => true), 9);
        Assert.Equal(0.010, await server.MetricAsync("vllm:time_to_first_token_seconds_sum", _ => true), 9);
        Assert.Equal(1, await server.MetricAsync("vllm:cache_config_info", _ => true, "num_gpu_blocks=\"10000\""));
    }

    [Theory]
    [InlineData("vllm:num_requests_running")]
    [InlineData("vllm:num_requests_waiting")]
    [InlineData("vllm:kv_cache_usage_perc")]
    [InlineData("vllm:prefix_cache_queries_total")]
    [InlineData("vllm:prefix_cache_hits_total")]
    [InlineData("vllm:num_preemptions_total")]
    [InlineData("vllm:request_time_per_output_token_seconds_bucket")]
    [InlineData("vllm:e2e_request_latency_seconds_bucket")]
    [InlineData("vllm:request_queue_time_seconds_bucket")]
    [InlineData("vllm:request_prefill_time_seconds_bucket")]
    [InlineData("vllm:request_decode_time_seconds_bucket")]
    [InlineData("vllm:request_inference_time_seconds_bucket")]
    public async Task Metrics_have_the_names_that_gateways_look_for(string name)
    {
        await using var server = await TestClient.StartAsync(Emulators.Options());

        Assert.Equal(0, await server.MetricAsync(name, _ => true));
    }

    [Fact]
    public async Task The_model_says_how_long_its_context_is()
    {
        await using var server = await TestClient.StartAsync(Emulators.Options());

        JsonElement models = await server.GetAsync("/v1/models");

        JsonElement model = Assert.Single(models.GetProperty("data").EnumerateArray());
        Assert.Equal(("little", 100_000), (model.GetProperty("id").GetString(), model.GetProperty("max_model_len").GetInt32()));
    }

    private static async Task LeaveAsync(TestClient server, bool streams, CancellationToken leaving)
    {
        try
        {
            string body = streams ? """{"prompt":"x","stream":true}""" : """{"prompt":"x"}""";
            using HttpResponseMessage answer = await server.SendAsync("/v1/completions", body, leaving);
            await answer.Content.ReadAsStringAsync(leaving);
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // That is what it came for.
        }
    }

    private static JsonElement Delta(JsonElement chunk) => chunk.GetProperty("choices")[0].GetProperty("delta");

    private static (int Prompt, int Completion, int Total) Usage(JsonElement answer)
    {
        JsonElement usage = answer.GetProperty("usage");
        return (usage.GetProperty("prompt_tokens").GetInt32(), usage.GetProperty("completion_tokens").GetInt32(), usage.GetProperty("total_tokens").GetInt32());
    }

    private static int Cached(JsonElement answer) =>
        answer.GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32();
}
