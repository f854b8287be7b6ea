using System.Text;
using Plimsoll.Core;

namespace Plimsoll.Wire.Tests;

public sealed class StreamScannerTests
{
    private const string Chat = """
        : ping

        data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}],"usage":null}

        data: {"choices":[{"index":0,"delta":{"content":"Hel\"lo"}}],"usage":null}

        data: {"choices":[{"index":0,"delta":{"reasoning_content":"so"}}]}

        data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}}]}

        data: {"choices":[],"usage":{"prompt_tokens":11,"completion_tokens":3,"total_tokens":14,"prompt_tokens_details":{"cached_tokens":8}}}

        data: [DONE]


        """;

    [Fact]
    public void A_stream_is_understood_however_it_is_cut()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Chat.ReplaceLineEndings("\n"));
        for (ulong seed = 0; seed < 300; seed++)
        {
            RandomStream random = new RandomTree(seed).Stream("cuts");
            var scanner = new StreamScanner();
            int counted = 0;
            for (int from = 0; from < bytes.Length;)
            {
                int length = Math.Min(bytes.Length - from, 1 + (int)random.NextBelow(seed % 3 == 0 ? 4 : 200));
                counted += scanner.Watch(bytes.AsSpan(from, length));
                from += length;
            }

            Assert.Equal((3, 3, 11, 3, 8, true, false), (
                counted, scanner.ContentEvents, scanner.PromptTokens, scanner.OutputTokens, scanner.CachedTokens, scanner.Done,
                    scanner.Failed));
        }
    }

    [Theory]
    [InlineData("""data: {"choices":null,"usage":{"prompt_tokens":5,"completion_tokens":2}}""", 5, 2)]
    [InlineData("""data:{"choices":[{"text":"x"}],"usage":{"prompt_tokens":5,"completion_tokens":2}}""", 5, 2)]
    [InlineData("""data: {"type":"response.completed","response":{"output":[{"usage":{"input_tokens":1}}],"usage":{"input_tokens":5,"output_tokens":2}}}""", 5, 2)]
    [InlineData("""data: {"usage":{"prompt_tokens":-5,"completion_tokens":"2"}}""", null, null)]
    [InlineData("""data: {"usage":{"prompt_tokens":5,""", 5, null)]
    [InlineData("""event: {"usage":{"prompt_tokens":5}}""", null, null)]
    public void Usage_is_read_from_any_of_its_shapes(string line, int? prompt, int? output)
    {
        var scanner = new StreamScanner();
        scanner.Watch(Encoding.UTF8.GetBytes(line + "\r\n\r\n"));

        Assert.Equal((prompt, output), (scanner.PromptTokens, scanner.OutputTokens));
    }

    [Fact]
    public void An_error_in_mid_stream_is_noticed_and_a_line_without_end_is_let_go()
    {
        var scanner = new StreamScanner();
        scanner.Watch("data: "u8);
        for (int i = 0; i < 3000; i++)
        {
            scanner.Watch(new byte[1024]);
        }

        scanner.Watch("\ndata: {\"error\":{\"message\":\"boom\"}}\n"u8);

        Assert.True(scanner.Failed);
        Assert.False(scanner.Done);
    }

    [Theory]
    [InlineData("""{"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""", false)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"two tokens"}}]}""", true)]
    [InlineData("""{"choices":[{"index":0,"text":" and","logprobs":null,"finish_reason":null}],"usage":null}""", true)]
    [InlineData("""{"choices":[{"index":0,"text":"","finish_reason":"length"}]}""", false)]
    [InlineData("""{"choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]}""", true)]
    [InlineData("""{"choices":[{"index":0,"delta":{"reasoning":"hm","content":null}}]}""", true)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":null,"tool_calls":null}}]}""", false)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"","tool_calls":[]}}]}""", false)]
    [InlineData("""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":""}}]}}]}""", true)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":""},"logprobs":{"content":[{"token":"x","logprob":-1}]}}]}""", false)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"x"}},{"index":1,"delta":{"content":"y"}}]}""", true)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"x"}}],"usage":{"prompt_tokens":3,"completion_tokens":2}}""", true)]
    [InlineData("""{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}""", false)]
    [InlineData("""{"choices":null,"usage":{"prompt_tokens":3,"completion_tokens":2}}""", false)]
    public void A_chunk_counts_when_something_was_generated(string chunk, bool counts)
    {
        var scanner = new StreamScanner();

        Assert.Equal(counts ? 1 : 0, scanner.Watch(Encoding.UTF8.GetBytes("data: " + chunk + "\n\n")));
        Assert.Equal((true, false), (scanner.HasChoices, scanner.Failed));
    }

    [Theory]
    [InlineData("""{"error":{"message":"boom","type":"server_error","param":null,"code":500}}""", "boom")]
    [InlineData("""{"error":"boom"}""", "boom")]
    [InlineData("""{"error":{"code":500}}""", null)]
    public void An_error_says_what_it_says(string chunk, string? message)
    {
        var scanner = new StreamScanner();
        scanner.Watch(Encoding.UTF8.GetBytes("data: " + chunk + "\n\n"));

        Assert.Equal((true, message), (scanner.Failed, scanner.ErrorMessage));
    }

    [Theory]
    [InlineData("\"stop\"", "stop")]
    [InlineData("\"length\"", "length")]
    [InlineData("\"tool_calls\"", "tool_calls")]
    [InlineData("null", null)]
    public void Why_it_ended_is_told(string reason, string? expected)
    {
        var scanner = new StreamScanner();
        scanner.Watch(Encoding.UTF8.GetBytes("data: {\"choices\":[{\"index\":0,\"text\":\"x\",\"finish_reason\":" + reason + "}]}\n\n"));

        Assert.Equal(expected, scanner.FinishReason);
    }

    [Fact]
    public void A_scanner_that_is_reset_knows_nothing_of_the_answer_before()
    {
        var scanner = new StreamScanner();
        scanner.Watch(Encoding.UTF8.GetBytes(Chat.ReplaceLineEndings("\n") + "data: {\"error\":\"x\"}\n\ndata: {\"half"));
        scanner.Reset();

        Assert.Equal((0, null, null, null), (scanner.ContentEvents, scanner.PromptTokens, scanner.OutputTokens, scanner.CachedTokens));
        Assert.Equal((false, false, null, null, false),
            (scanner.Done, scanner.Failed, scanner.ErrorMessage, scanner.FinishReason, scanner.HasChoices));
        Assert.Equal(1, scanner.Watch("data: {\"choices\":[{\"text\":\"x\"}]}\n"u8));
    }
}
