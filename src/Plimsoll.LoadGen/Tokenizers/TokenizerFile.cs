using System.Text.Json;
using System.Text.RegularExpressions;

namespace Plimsoll.LoadGen.Tokenizers;

/// <summary>Reads <c>tokenizer.json</c> (the format of the tokenizers library) as far as byte-level BPE goes.</summary>
public static class TokenizerFile
{
    // The pattern of GPT-2, which the ByteLevel step applies by itself unless it is told not to.
    private const string DefaultPattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Reads a file; null with every problem, each fit to follow the file's name.</summary>
    public static BytePairTokenizer? Read(Stream file, out IReadOnlyList<string> problems)
    {
        List<string> found = [];
        problems = found;
        try
        {
            using var document = JsonDocument.Parse(file);
            BytePairTokenizer? tokenizer = Read(document.RootElement, found);
            return found.Count == 0 ? tokenizer : null;
        }
        catch (JsonException broken)
        {
            found.Add($"line {broken.LineNumber + 1}: is not valid JSON");
            return null;
        }
    }

    private static BytePairTokenizer? Read(JsonElement root, List<string> problems)
    {
        if (root.ValueKind != JsonValueKind.Object || Member(root, "model") is not { ValueKind: JsonValueKind.Object } model)
        {
            problems.Add("model: is missing; this is no tokenizer.json");
            return null;
        }

        if (Text(model, "type") is { } type && type != "BPE")
        {
            problems.Add($"model.type: '{type}' is not read, only BPE");
        }

        if (Member(model, "byte_fallback")?.ValueKind == JsonValueKind.True)
        {
            problems.Add("model.byte_fallback: tokenizers of SentencePiece's kind are not read, only byte-level ones");
        }

        if (Member(root, "normalizer") is { ValueKind: JsonValueKind.Object } normalizer
            && Text(normalizer, "type") is not ("NFC" or "NFKC"))
        {
            problems.Add($"normalizer.type: '{Text(normalizer, "type")}' is not read; it may change the text");
        }

        Dictionary<string, int> vocabulary = Vocabulary(model, problems);
        Dictionary<(string, string), int> ranks = Merges(model, problems);
        (List<Regex> splitters, bool prefix) = Splitters(root, problems);
        bool wholeFirst = Member(model, "ignore_merges")?.ValueKind == JsonValueKind.True;
        return problems.Count > 0 ? null : new BytePairTokenizer(vocabulary, ranks, [.. splitters], prefix, wholeFirst, Added(root));
    }

    private static Dictionary<string, int> Vocabulary(JsonElement model, List<string> problems)
    {
        Dictionary<string, int> vocabulary = new(StringComparer.Ordinal);
        if (Member(model, "vocab") is not { ValueKind: JsonValueKind.Object } entries)
        {
            problems.Add("model.vocab: is missing");
            return vocabulary;
        }

        foreach (JsonProperty entry in entries.EnumerateObject())
        {
            if (entry.Value.ValueKind == JsonValueKind.Number && entry.Value.TryGetInt32(out int number) && number >= 0)
            {
                vocabulary[entry.Name] = number;
            }
            else
            {
                problems.Add($"model.vocab: '{entry.Name}' has no token number");
            }
        }

        return vocabulary;
    }

    private static Dictionary<(string, string), int> Merges(JsonElement model, List<string> problems)
    {
        Dictionary<(string, string), int> ranks = [];
        if (Member(model, "merges") is not { ValueKind: JsonValueKind.Array } merges)
        {
            problems.Add("model.merges: is missing");
            return ranks;
        }

        foreach (JsonElement merge in merges.EnumerateArray())
        {
            string[] pair = merge.ValueKind switch
            {
                JsonValueKind.String => merge.GetString()!.Split(' '),
                JsonValueKind.Array => [.. merge.EnumerateArray().Where(side => side.ValueKind == JsonValueKind.String).Select(side =>
                    side.GetString()!)],
                _ => [],
            };
            if (pair.Length == 2)
            {
                ranks.TryAdd((pair[0], pair[1]), ranks.Count);
            }
            else
            {
                problems.Add($"model.merges: entry {ranks.Count + 1} is not a pair");
                return ranks;
            }
        }

        return ranks;
    }

    private static (List<Regex> Splitters, bool PrefixBlank) Splitters(JsonElement root, List<string> problems)
    {
        List<Regex> splitters = [];
        bool prefix = false;
        bool isByteLevel = false;
        foreach (JsonElement step in Steps(root, "pre_tokenizer", "pretokenizers"))
        {
            switch (Text(step, "type"))
            {
                case "ByteLevel":
                    isByteLevel = true;
                    prefix |= Member(step, "add_prefix_space")?.ValueKind == JsonValueKind.True;
                    if (Member(step, "use_regex")?.ValueKind != JsonValueKind.False)
                    {
                        splitters.Add(new Regex(DefaultPattern, RegexOptions.CultureInvariant, Patience));
                    }

                    break;
                case "Split" when Pattern(step, problems) is { } pattern:
                    splitters.Add(pattern);
                    break;
                case "Split":
                    break;
                case { } other:
                    problems.Add($"pre_tokenizer: '{other}' is not read, only ByteLevel and Split");
                    break;
                default:
                    problems.Add("pre_tokenizer: a step has no type");
                    break;
            }
        }

        if (!isByteLevel && problems.Count == 0)
        {
            problems.Add("pre_tokenizer: is not byte-level");
        }

        return (splitters, prefix);
    }

    private static Regex? Pattern(JsonElement step, List<string> problems)
    {
        string? text = Member(step, "pattern") is { ValueKind: JsonValueKind.Object } pattern
            ? Text(pattern, "Regex") ?? (Text(pattern, "String") is { } literal ? Regex.Escape(literal) : null)
            : null;
        bool inverted = Member(step, "invert")?.ValueKind == JsonValueKind.True;
        if (text is null || (Text(step, "behavior"), inverted) is not (("Isolated", false) or ("Removed", true)))
        {
            problems.Add("pre_tokenizer: a Split without a pattern, or of an unknown behaviour");
            return null;
        }

        try
        {
            return new Regex(text, RegexOptions.CultureInvariant, Patience);
        }
        catch (ArgumentException)
        {
            problems.Add($"pre_tokenizer: the pattern '{text}' cannot be read");
            return null;
        }
    }

    // Special tokens of the template for one text.
    private static int Added(JsonElement root)
    {
        JsonElement template = Steps(root, "post_processor", "processors").FirstOrDefault(step =>
            Text(step, "type") == "TemplateProcessing");
        return template.ValueKind == JsonValueKind.Object && Member(template, "single") is { ValueKind: JsonValueKind.Array } single
            ? single.EnumerateArray().Count(part => Member(part, "SpecialToken") is not null)
            : 0;
    }

    private static List<JsonElement> Steps(JsonElement root, string name, string list)
    {
        return Member(root, name) switch
        {
            { ValueKind: JsonValueKind.Object } step when Text(step, "type") == "Sequence"
                && Member(step, list) is { ValueKind: JsonValueKind.Array } steps => [.. steps.EnumerateArray()],
            { ValueKind: JsonValueKind.Object } step => [step],
            _ => [],
        };
    }

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) ? value : null;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
