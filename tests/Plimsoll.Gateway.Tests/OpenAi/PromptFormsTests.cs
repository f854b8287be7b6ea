using System.Text;
using Plimsoll.Gateway.OpenAi;

namespace Plimsoll.Gateway.Tests.OpenAi;

public sealed class PromptFormsTests
{
    [Theory]
    [InlineData("\"text\"", "Text")]
    [InlineData("[1, 2, 2147483647]", "TokenIds")]
    [InlineData("[]", "TokenIds")]
    [InlineData("[1, -2]", "Other")]
    [InlineData("[1, 2.5]", "Other")]
    [InlineData("[1, 3000000000]", "Other")]
    [InlineData("[\"a\", \"b\"]", "Other")]
    [InlineData("[[1], [2]]", "Other")]
    [InlineData("null", "Other")]
    [InlineData("{}", "Other")]
    public void A_prompt_is_a_text_or_a_list_of_tokens(string json, string form) =>
        Assert.Equal(form, PromptForms.OfPrompt(Encoding.UTF8.GetBytes(json)).ToString());

    [Theory]
    [InlineData("""[{"role":"user","content":"Hi"}]""", "Text")]
    [InlineData("""[{"role":"user","content":[{"type":"text","text":"Hi"}]},{"role":"user","content":null}]""", "Text")]
    [InlineData("""[{"role":"assistant","tool_calls":[{"type":"function","function":{"name":"f"}}],"content":"x"}]""", "Text")]
    [InlineData("""[{"role":"assistant","content":"x","tool_calls":[{"type":"function","function":{"name":"f"}}]}]""", "Text")]
    [InlineData("""[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"u"}}]}]""", "Other")]
    [InlineData("""[{"role":"user","content":[{"type":"input_audio"}]},{"role":"user","content":"x"}]""", "Other")]
    [InlineData("""[{"role":"user","content":[{"type":7}]}]""", "Other")]
    [InlineData("""{"role":"user"}""", "Other")]
    public void A_conversation_is_text_if_every_part_says_so(string json, string form) =>
        Assert.Equal(form, PromptForms.OfMessages(Encoding.UTF8.GetBytes(json)).ToString());

    [Fact]
    public void The_numbers_are_read() => Assert.Equal([1, 0, 77], PromptForms.TokenIds("[1, 0,77]"u8));
}
