using System.Text;
using Plimsoll.Gateway.OpenAi;

namespace Plimsoll.Gateway.Tests.OpenAi;

public sealed class RequestReaderTests
{
    [Fact]
    public void What_routing_needs_is_read_and_everything_else_is_stepped_over()
    {
        RequestFacts facts = Read("""
            {"model":"llama","messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"image_url","image_url":{"url":"data:…"}}]}],
             "stream":true,"stream_options":{"include_usage":true},"max_completion_tokens":12,"max_tokens":99,"priority":-3,"user":"ann",
             "tools":[{"type":"function"}],"unknown":{"deep":[[[1]]]}}
            """);

        Assert.Equal("llama", facts.Model);
        Assert.True(facts.Streams);
        Assert.Equal(12, facts.MaxOutputTokens);
        Assert.Equal(-3, facts.Priority);
        Assert.Equal("ann", facts.User);
    }

    [Fact]
    public void Defaults_stand_for_what_is_not_said()
    {
        RequestFacts facts = Read("""{"prompt":"x"}""");

        Assert.Equal(("", false, null, 0, null, 3), (facts.Model, facts.Streams, facts.MaxOutputTokens, facts.Priority, facts.User, facts.PromptBytes));
    }

    [Theory]
    [InlineData("", "the body is not valid JSON at byte 0 of line 1")]
    [InlineData("[]", "the body must be a JSON object")]
    [InlineData("""{"model":1}""", "model must be a string of at most 512 bytes")]
    [InlineData("""{"stream":"yes"}""", "stream must be true or false")]
    [InlineData("""{"max_tokens":0}""", "max_tokens must be a whole number from 1")]
    [InlineData("""{"max_tokens":1.5}""", "max_tokens must be a whole number from 1")]
    [InlineData("""{"priority":1e99}""", "priority must be a whole number")]
    [InlineData("""{"model":"a"} {"model":"b"}""", "the body is not valid JSON at byte 14 of line 1")]
    [InlineData("""{"model":"a",}""", "the body is not valid JSON at byte 13 of line 1")]
    public void What_is_wrong_is_said(string body, string problem) =>
        Assert.Equal(problem, RequestReader.Read(Encoding.UTF8.GetBytes(body), out _));

    [Fact]
    public void Of_a_field_that_stands_twice_the_last_counts() => Assert.Equal("b", Read("""{"model":"a","model":"b"}""").Model);

    [Fact]
    public void Conversations_share_the_hashes_of_what_they_have_in_common()
    {
        string head = new('a', 3 * PromptPrefixes.BlockBytes);
        ulong[] one = Read($$"""{"model":"m","prompt":"{{head}}x{{head}}"}""").PrefixHashes;
        ulong[] other = Read($$"""{"model":"m","prompt":"{{head}}y{{head}}"}""").PrefixHashes;

        Assert.Equal(6, one.Length);
        Assert.Equal(3, one.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count());
        Assert.Empty(one[3..].Intersect(other[3..]));
    }

    [Theory]
    [InlineData("""{"model":"n","prompt":"PROMPT"}""")]
    [InlineData("""{"model":"m","cache_salt":"tenant","prompt":"PROMPT"}""")]
    [InlineData("""{"model":"m","prompt":"PROMPT","tools":[{"type":"function"}]}""")]
    public void Another_model_salt_or_set_of_tools_shares_nothing(string body)
    {
        string prompt = new('a', 2 * PromptPrefixes.BlockBytes);
        ulong[] plain = Read($$"""{"model":"m","prompt":"{{prompt}}"}""").PrefixHashes;

        Assert.Empty(plain.Intersect(Read(body.Replace("PROMPT", prompt, StringComparison.Ordinal)).PrefixHashes));
    }

    private static RequestFacts Read(string body)
    {
        Assert.Null(RequestReader.Read(Encoding.UTF8.GetBytes(body), out RequestFacts? facts));
        return facts!;
    }
}
