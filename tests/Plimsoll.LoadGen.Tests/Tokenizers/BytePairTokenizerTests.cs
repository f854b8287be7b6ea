using System.Text;
using Plimsoll.LoadGen.Tokenizers;

namespace Plimsoll.LoadGen.Tests.Tokenizers;

public sealed class BytePairTokenizerTests
{
    [Theory]
    [InlineData("the cat sat on the mat", 6)]
    [InlineData("the  cat", 3)]
    [InlineData("cats", 2)]
    [InlineData("catalogue", 1)]
    [InlineData("", 0)]
    [InlineData("é", 2)]
    [InlineData("the\ncat", 3)]
    [InlineData("on!", 2)]
    public void A_text_has_the_tokens_that_its_merges_make(string text, int tokens)
    {
        Assert.Equal(tokens, SmallTokenizer.Read(SmallTokenizer.Json()).Encode(text).Count);
        Assert.Equal(tokens, SmallTokenizer.Read(SmallTokenizer.Json(pairs: true)).Encode(text).Count);
    }

    [Fact]
    public void A_pattern_of_the_file_splits_and_a_template_adds()
    {
        BytePairTokenizer tokenizer = SmallTokenizer.Read(SmallTokenizer.Json(
            """
            {"type":"Sequence","pretokenizers":[
              {"type":"Split","pattern":{"Regex":"[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|\\s+(?!\\S)|\\s+"},"behavior":"Isolated","invert":false},
              {"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]}
            """,
            special: """
            "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}]},
            """));

        Assert.Equal(3, tokenizer.Encode("the cat sat").Count);
        Assert.Equal(1, tokenizer.AddedTokens);
    }

    [Fact]
    public void Whole_words_are_one_token_each_one_after_the_other()
    {
        BytePairTokenizer tokenizer = SmallTokenizer.Read(SmallTokenizer.Json());
        string[] first = [.. tokenizer.WholeWords(afterBlank: false)];
        string[] after = [.. tokenizer.WholeWords(afterBlank: true)];

        Assert.Superset(SmallTokenizer.Words.ToHashSet(), first.ToHashSet());
        Assert.Superset(SmallTokenizer.Words.Select(word => " " + word).ToHashSet(), after.ToHashSet());
        Assert.Equal(after.Length + 1, tokenizer.Encode(first[0] + string.Concat(after)).Count);
    }

    [Theory]
    [InlineData("{", "is not valid JSON")]
    [InlineData("[]", "this is no tokenizer.json")]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{},"merges":[]},"pre_tokenizer":{"type":"ByteLevel"}}""", "'WordPiece' is not read")]
    [InlineData("""{"model":{"type":"BPE","byte_fallback":true,"vocab":{},"merges":[]},"pre_tokenizer":{"type":"ByteLevel"}}""", "SentencePiece")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":"x"},"merges":["a b c"]},"pre_tokenizer":{"type":"ByteLevel"}}""", "'a' has no token number", "entry 1 is not a pair")]
    [InlineData("""{"model":{"type":"BPE"}}""", "model.vocab: is missing", "model.merges: is missing")]
    [InlineData("""{"model":{"type":"BPE","vocab":{},"merges":[]},"pre_tokenizer":{"type":"Metaspace"}}""", "'Metaspace' is not read")]
    [InlineData("""{"model":{"type":"BPE","vocab":{},"merges":[]},"normalizer":{"type":"Lowercase"},"pre_tokenizer":{"type":"ByteLevel"}}""", "'Lowercase' is not read")]
    [InlineData("""{"model":{"type":"BPE","vocab":{},"merges":[]},"pre_tokenizer":{"type":"Split","pattern":{"Regex":"("},"behavior":"Isolated"}}""", "cannot be read")]
    public void Other_tokenizers_are_refused_with_every_reason(string json, params string[] reasons)
    {
        Assert.Null(TokenizerFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(json)), out IReadOnlyList<string> problems));
        Assert.All(reasons, reason => Assert.Contains(problems, problem => problem.Contains(reason, StringComparison.Ordinal)));
    }
}
