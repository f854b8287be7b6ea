using System.Text.Json;

namespace Plimsoll.Cli.Setup.Bench;

/// <summary>More fields for the body of every request.</summary>
internal static class ExtraFields
{
    private static readonly string[] Ours = ["model", "prompt", "messages", "max_tokens", "min_tokens", "ignore_eos", "stream",
        "stream_options"];

    /// <summary>The fields of an object, without its braces; empty when there are none, or something is wrong.</summary>
    public static string From(string? text, InputProblems problems)
    {
        const string Option = "--body-json";
        if (text is null)
        {
            return "";
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                problems.Add(Option, $"'{text}' is not an object; write {{\"temperature\":0}}");
                return "";
            }

            foreach (string name in document.RootElement.EnumerateObject().Select(field => field.Name).Where(Ours.Contains))
            {
                problems.Add(Option, $"'{name}' is set by the benchmark itself");
            }

            return text.Trim()[1..^1].Trim();
        }
        catch (JsonException)
        {
            problems.Add(Option, $"'{text}' is not valid JSON; write {{\"temperature\":0}}");
            return "";
        }
    }
}
