using System.Text.Json;
using Plimsoll.Core;
using Plimsoll.LoadGen.Http;
using Plimsoll.LoadGen.Prompts;
using Plimsoll.LoadGen.Tests.Tokenizers;
using Plimsoll.LoadGen.Tokenizers;

namespace Plimsoll.LoadGen.Tests.Prompts;

public sealed class PromptTextTests
{
    private static readonly Target Server = new("host", 80, false, "/base");

    [Fact]
    public void With_a_tokenizer_prompts_have_exactly_the_tokens_that_were_asked_for()
    {
        BytePairTokenizer tokenizer = SmallTokenizer.Read(SmallTokenizer.Json());
        var text = new TokenizedText(tokenizer, added: 3);
        for (int tokens = 4; tokens < 300; tokens += 7)
        {
            Assert.Equal(tokens - 3, tokenizer.Encode(PromptOf(text, new InferenceRequest(default, default, tokens, 1), tokens)).Count);
        }
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(4, 4.25)]
    [InlineData(3.7, 1)]
    public void Without_one_they_have_the_characters_that_the_server_counts_as_those_tokens(double perToken, double added)
    {
        var text = new CharacterText(perToken, added);
        for (int tokens = 10; tokens < 300; tokens += 7)
        {
            string prompt = PromptOf(text, new InferenceRequest(default, default, tokens, 1), tokens);

            Assert.Equal(tokens, added + (prompt.Length / perToken), 0.51 / perToken);
            Assert.Equal(prompt, prompt.Trim());
        }
    }

    [Fact]
    public void Token_numbers_are_as_many_as_asked()
    {
        for (int tokens = 1; tokens < 50; tokens++)
        {
            using RequestBytes bytes = Writer(new TokenNumbers(),
                new PromptLayout(1)).Write(new InferenceRequest(default, default, tokens, 1), tokens);
            Assert.Equal(tokens, BodyOf(bytes).GetProperty("prompt").GetArrayLength());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Equal_prefix_hashes_are_equal_text_and_everything_else_differs(bool byTokenizer)
    {
        PromptText text = byTokenizer ? new TokenizedText(SmallTokenizer.Read(SmallTokenizer.Json()), 0) : new CharacterText(4, 0);
        InferenceRequest Hashed(params ulong[] hashes) =>
            new(default, default, 72, 1, new RequestDetails { PrefixHashArray = hashes, BlockTokens = 16 });
        string first = PromptOf(text, Hashed(1, 2, 3), 0);
        string second = PromptOf(text, Hashed(1, 2, 4), 1);
        string same = PromptOf(text, Hashed(1, 2, 3), 2);

        int common = Common(first, second);
        Assert.InRange(common, byTokenizer ? 32 : 128, byTokenizer ? 300 : 140);
        Assert.True(Common(first, same) > common);
        Assert.NotEqual(first, same);
        Assert.Equal(0, Common(PromptOf(text, Hashed(8), 3), PromptOf(text, Hashed(9), 4)) / 64);
    }

    [Fact]
    public void Requests_without_hashes_share_the_prefix_of_their_group_only()
    {
        var layout = new PromptLayout(5, sharedTokens: 64, groups: 2);
        string[] prompts = [.. Enumerable.Range(0, 4).Select(i =>
            PromptOf(new CharacterText(4, 0), new InferenceRequest(default, default, 100, 1), i, layout))];

        Assert.InRange(Common(prompts[0], prompts[2]), 256, 270);
        Assert.InRange(Common(prompts[1], prompts[3]), 256, 270);
        Assert.InRange(Common(prompts[0], prompts[1]), 0, 60);
    }

    [Fact]
    public void A_request_is_a_message_of_http_whose_length_is_that_of_its_body()
    {
        using RequestBytes bytes = new RequestWriter(Server, "a\"b", true, new CharacterText(4, 0), new PromptLayout(1), "key-1",
            "\"temperature\":0")
            .Write(new InferenceRequest(default, default, 50, 17), 0);
        string[] sides = bytes.ToString().Split("\r\n\r\n");
        JsonElement body = BodyOf(bytes);

        Assert.StartsWith("POST /base/v1/chat/completions HTTP/1.1\r\nHost: host\r\n", sides[0], StringComparison.Ordinal);
        Assert.Contains("\r\nAuthorization: Bearer key-1\r\n", sides[0], StringComparison.Ordinal);
        Assert.EndsWith(" " + sides[1].Length, sides[0], StringComparison.Ordinal);
        Assert.Equal("a\"b", body.GetProperty("model").GetString());
        Assert.Equal(200, body.GetProperty("messages")[0].GetProperty("content").GetString()!.Length);
        Assert.Equal((17, 17, 0), (body.GetProperty("max_tokens").GetInt32(), body.GetProperty("min_tokens").GetInt32(),
            body.GetProperty("temperature").GetInt32()));
        Assert.True(body.GetProperty("ignore_eos").GetBoolean() && body.GetProperty("stream").GetBoolean());
        Assert.True(body.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
    }

    private static RequestWriter Writer(PromptText text, PromptLayout layout) => new(Server, "m", false, text, layout);

    private static string PromptOf(PromptText text, InferenceRequest request, int number, PromptLayout? layout = null)
    {
        using RequestBytes bytes = Writer(text, layout ?? new PromptLayout(1)).Write(request, number);
        return BodyOf(bytes).GetProperty("prompt").GetString()!;
    }

    private static JsonElement BodyOf(RequestBytes bytes) => JsonDocument.Parse(bytes.ToString().Split("\r\n\r\n")[1]).RootElement;

    private static int Common(string a, string b) => a.Zip(b).TakeWhile(pair => pair.First == pair.Second).Count();
}
