using System.Text;
using System.Text.Json;
using Plimsoll.LoadGen.Tokenizers;

namespace Plimsoll.LoadGen.Tests.Tokenizers;

/// <summary>A tokenizer.json of every byte and a few words, each made by a chain of merges.</summary>
internal static class SmallTokenizer
{
    public static readonly string[] Words = ["the", "cat", "sat", "on", "mat", "catalogue"];

    public static string Json(string preTokenizer = """{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}""", bool pairs = false, string special = "")
    {
        List<string> vocabulary = [.. Enumerable.Range(0, 256).Select(b => Letter((byte)b))];
        List<(string, string)> merges = [];
        foreach (string word in Words)
        {
            for (int length = 2; length <= word.Length; length++)
            {
                if (!vocabulary.Contains(word[..length]))
                {
                    merges.Add((word[..(length - 1)], word[(length - 1)..length]));
                    vocabulary.Add(word[..length]);
                }
            }
        }

        foreach (string word in Words)
        {
            merges.Add(("Ġ", word));
            vocabulary.Add("Ġ" + word);
        }

        string vocab = JsonSerializer.Serialize(vocabulary.Select((token, i) => (token, i)).ToDictionary(entry => entry.token, entry =>
            entry.i));
        string list = pairs
            ? JsonSerializer.Serialize(merges.Select(merge => new[] { merge.Item1, merge.Item2 }))
            : JsonSerializer.Serialize(merges.Select(merge => merge.Item1 + " " + merge.Item2));
        return $$"""{"version":"1.0","pre_tokenizer":{{preTokenizer}},{{special}}"model":{"type":"BPE","vocab":{{vocab}},"merges":{{list}} } }""";
    }

    public static BytePairTokenizer Read(string json)
    {
        BytePairTokenizer? tokenizer = TokenizerFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(json)),
            out IReadOnlyList<string> problems);
        Assert.True(tokenizer is not null, string.Join("; ", problems));
        return tokenizer;
    }

    private static string Letter(byte b)
    {
        bool isVisible = b is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174;
        int hidden = Enumerable.Range(0, b).Count(other => other is not ((>= 33 and <= 126) or (>= 161 and <= 172) or >= 174));
        return (isVisible ? (char)b : (char)(256 + hidden)).ToString();
    }
}
