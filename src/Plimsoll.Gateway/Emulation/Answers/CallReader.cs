using System.Text;
using System.Text.Json;
using Plimsoll.Core;

namespace Plimsoll.Gateway.Emulation.Answers;

/// <summary>
/// Reads the bodies of /v1/chat/completions, /v1/completions, /v1/embeddings and /v1/responses. Text counts
/// <see cref="PromptText.CharactersPerToken"/> characters a token, roles and tools included; an image or another part that is not text
/// counts as <see cref="PartTokens"/>.
/// </summary>
internal static class CallReader
{
    /// <summary>Tokens of a part of a message that is not text.</summary>
    public const int PartTokens = 256;

    private const int MostSamples = 128;
    private const int MostPrompts = 2048;
    private const int MostDimensions = 4096;

    /// <summary>Reads a body; null with a sentence for the client when it is wrong.</summary>
    public static CallBody? Read(ReadOnlyMemory<byte> body, int blockTokens, out string problem)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            problem = "";
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(document.RootElement, blockTokens)
                : throw new FormatException("the body must be a JSON object");
        }
        catch (JsonException broken)
        {
            problem = $"the body is not valid JSON at byte {broken.BytePositionInLine} of line {broken.LineNumber + 1}";
            return null;
        }
        catch (FormatException wrong)
        {
            problem = wrong.Message;
            return null;
        }
    }

    private static CallBody Read(JsonElement body, int blockTokens)
    {
        JsonElement options = Field(body, "stream_options", JsonValueKind.Object) ?? default;
        JsonElement? temperature = Field(body, "temperature", JsonValueKind.Number);
        return new CallBody
        {
            Model = Text(body, "model"),
            Streams = Flag(body, "stream"),
            IncludesUsage = Flag(options, "include_usage"),
            RepeatsUsage = Flag(options, "continuous_usage_stats"),
            MaxTokens = Count(body, "max_completion_tokens", 1, int.MaxValue) ?? Count(body, "max_output_tokens", 1, int.MaxValue)
                ?? Count(body, "max_tokens", 1, int.MaxValue),
            MinTokens = Count(body, "min_tokens", 0, int.MaxValue) ?? 0,
            IgnoresEnd = Flag(body, "ignore_eos"),
            Priority = Count(body, "priority", int.MinValue, int.MaxValue) ?? 0,
            Seed = Field(body, "seed", JsonValueKind.Number) is { } seed && seed.TryGetInt64(out long number) ? number : null,
            Repeats = temperature is { } heat && heat.GetDouble() == 0,
            Samples = Count(body, "n", 1, MostSamples) ?? 1,
            Prompts = Prompts(body, blockTokens),
            Dimensions = Count(body, "dimensions", 1, MostDimensions) ?? 256,
            Base64 = Text(body, "encoding_format") == "base64",
        };
    }

    private static List<PromptText> Prompts(JsonElement body, int blockTokens)
    {
        string salt = Text(body, "cache_salt") ?? "";
        ulong identity = StableHash.Combine(StableHash.Of(Text(body, "model") ?? ""), StableHash.Of(salt));
        bool isSalted = salt.Length > 0;
        if (Field(body, "messages", JsonValueKind.Array) is { } messages)
        {
            return [PromptText.Of(Conversation(body, messages), identity, isSalted, blockTokens)];
        }

        JsonElement input = Present(body, "prompt") ?? Present(body, "input") ?? throw new FormatException("there are no messages, no prompt and no input");
        if (input.ValueKind == JsonValueKind.String)
        {
            return [PromptText.Of(Text(body, "instructions") + input.GetString(), identity, isSalted, blockTokens)];
        }

        if (input.ValueKind != JsonValueKind.Array || input.GetArrayLength() is 0 or > MostPrompts && input[0].ValueKind != JsonValueKind.Number)
        {
            throw new FormatException($"a prompt is a string, a list of token numbers, or a list of up to {MostPrompts} of these");
        }

        return input[0].ValueKind switch
        {
            JsonValueKind.Number => [Numbers(input, identity, isSalted, blockTokens)],
            JsonValueKind.Object => [PromptText.Of(Conversation(body, input), identity, isSalted, blockTokens)],
            _ => [.. input.EnumerateArray().Select(one => one.ValueKind switch
            {
                JsonValueKind.String => PromptText.Of(one.GetString(), identity, isSalted, blockTokens),
                JsonValueKind.Array => Numbers(one, identity, isSalted, blockTokens),
                _ => throw new FormatException("a prompt in a list is a string or a list of token numbers"),
            })],
        };
    }

    private static PromptText Numbers(JsonElement tokens, ulong identity, bool isSalted, int blockTokens)
    {
        int[] numbers = [.. tokens.EnumerateArray().Select(token => token.ValueKind == JsonValueKind.Number && token.TryGetInt32(out int number)
            ? number : throw new FormatException("token numbers are whole numbers"))];
        return PromptText.Of(numbers, identity, isSalted, blockTokens);
    }

    private static string Conversation(JsonElement body, JsonElement messages)
    {
        if (messages.GetArrayLength() == 0)
        {
            throw new FormatException("there is no message");
        }

        var text = new StringBuilder();
        text.Append(Text(body, "instructions"));
        if (Field(body, "tools", JsonValueKind.Array) is { } tools)
        {
            text.Append(tools.GetRawText());
        }

        foreach (JsonElement message in messages.EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Object)
            {
                throw new FormatException("a message is an object");
            }

            text.Append('<').Append(Text(message, "role") ?? "user").Append('>');
            AppendContent(text, Present(message, "content"));
            if (Present(message, "tool_calls") is { } calls)
            {
                text.Append(calls.GetRawText());
            }

            text.Append('\n');
        }

        return text.Append("<assistant>").ToString();
    }

    private static void AppendContent(StringBuilder text, JsonElement? content)
    {
        if (content is { ValueKind: JsonValueKind.String } said)
        {
            text.Append(said.GetString());
        }
        else if (content is { ValueKind: JsonValueKind.Array } parts)
        {
            foreach (JsonElement part in parts.EnumerateArray())
            {
                bool isText = part.ValueKind == JsonValueKind.Object && Text(part, "text") is not null;
                text.Append(isText ? Text(part, "text") : StandIn(part.GetRawText()));
            }
        }
    }

    // As long as its tokens, and like no other part's.
    private static string StandIn(string part) =>
        StableHash.Of(part).ToString("x16", System.Globalization.CultureInfo.InvariantCulture).PadRight(PartTokens * PromptText.CharactersPerToken);

    private static JsonElement? Present(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static JsonElement? Field(JsonElement body, string name, JsonValueKind kind) => Present(body, name) is not { } value ? null
        : value.ValueKind == kind ? value : throw new FormatException($"{name} must be {Describe(kind)}");

    private static string Describe(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.Number => "a number",
        _ => "a string",
    };

    private static string? Text(JsonElement body, string name) => Field(body, name, JsonValueKind.String)?.GetString();

    private static bool Flag(JsonElement body, string name) => Present(body, name)?.ValueKind switch
    {
        null or JsonValueKind.False => false,
        JsonValueKind.True => true,
        _ => throw new FormatException($"{name} must be true or false"),
    };

    private static int? Count(JsonElement body, string name, int least, int most) => Field(body, name, JsonValueKind.Number) is not { } value ? null
        : value.TryGetInt32(out int count) && count >= least && count <= most ? count
        : throw new FormatException($"{name} must be a whole number from {least} to {most}");
}
