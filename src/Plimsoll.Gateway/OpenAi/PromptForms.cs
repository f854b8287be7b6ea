using System.Text.Json;

namespace Plimsoll.Gateway.OpenAi;

/// <summary>Says what a prompt is made of, from its JSON, which is known to be well formed.</summary>
internal static class PromptForms
{
    // In a list of messages: the fields of a message, and those of a part of its content.
    private const int MessageFields = 2;
    private const int PartFields = 4;

    /// <summary>Of a <c>prompt</c>: one string, or one list of token numbers.</summary>
    public static PromptForm OfPrompt(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return PromptForm.Text;
        }

        bool isList = reader.TokenType == JsonTokenType.StartArray;
        while (isList && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            isList = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int token) && token >= 0;
        }

        return isList ? PromptForm.TokenIds : PromptForm.Other;
    }

    /// <summary>The numbers in a list of them.</summary>
    public static int[] TokenIds(ReadOnlySpan<byte> json)
    {
        List<int> tokens = [];
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            tokens.Add(reader.GetInt32());
        }

        return [.. tokens];
    }

    /// <summary>Of <c>messages</c>: text if no part of any message says that it is something else.</summary>
    public static PromptForm OfMessages(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return PromptForm.Other;
        }

        bool inContent = false;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            inContent = reader.CurrentDepth == MessageFields ? reader.ValueTextEquals("content"u8) : inContent;
            if (inContent && reader.CurrentDepth == PartFields && reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.String || !reader.ValueTextEquals("text"u8))
                {
                    return PromptForm.Other;
                }
            }
        }

        return PromptForm.Text;
    }
}
