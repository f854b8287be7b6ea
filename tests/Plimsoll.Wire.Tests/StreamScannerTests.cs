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
                counted, scanner.ContentEvents, scanner.PromptTokens, scanner.OutputTokens, scanner.CachedTokens, scanner.Done, scanner.Failed));
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
}
