using System.Text.Json;

namespace Plimsoll.Gateway.OpenAi;

/// <summary>Reads what an engine answers to <c>POST /tokenize</c>: <c>{"count":N,"max_model_len":M,"tokens":[…]}</c>.</summary>
internal static class TokenAnswer
{
    /// <summary>The tokens, at least one; null if this is no such answer, or contradicts itself.</summary>
    public static int[]? Read(ReadOnlySpan<byte> json)
    {
        int? count = null;
        int[]? tokens = null;
        var reader = new Utf8JsonReader(json);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isCount = reader.ValueTextEquals("count"u8);
                bool isTokens = reader.ValueTextEquals("tokens"u8);
                reader.Read();
                if (isCount && reader.TokenType == JsonTokenType.Number)
                {
                    count = reader.GetInt32();
                }
                else if (isTokens && reader.TokenType == JsonTokenType.StartArray)
                {
                    tokens = Numbers(ref reader);
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }

        return tokens is { Length: > 0 } && (count is null || count == tokens.Length) ? tokens : null;
    }

    private static int[]? Numbers(ref Utf8JsonReader reader)
    {
        List<int> numbers = [];
        bool areTokens = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int token = reader.GetInt32();
            areTokens &= token >= 0;
            numbers.Add(token);
        }

        return areTokens ? [.. numbers] : null;
    }
}
