using System.Text.Json;
using Plimsoll.Core;

namespace Plimsoll.Gateway.OpenAi;

/// <summary>
/// Reads a request body once, from its first byte to its last, and keeps what routing needs. Prompts are stepped over, not decoded,
/// whatever they hold: text, images, tools. Of a field that stands twice the last one counts, as it does in the engines.
/// </summary>
public static class RequestReader
{
    private const int LongestName = 512;

    /// <summary>Reads a body.</summary>
    /// <param name="body">UTF-8 JSON, all of it.</param>
    /// <param name="facts">What it says; null if the result is a problem.</param>
    /// <returns>Null, or what is wrong: a sentence for the client.</returns>
    public static string? Read(ReadOnlySpan<byte> body, out RequestFacts? facts)
    {
        facts = null;
        var reading = new Reading();
        var reader = new Utf8JsonReader(body);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return "the body must be a JSON object";
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reading.Field(ref reader) is { } problem)
                {
                    return problem;
                }
            }

            // What comes after the object would not be looked at here, but perhaps elsewhere.
            if (reader.Read())
            {
                return "the body must be one JSON object";
            }
        }
        catch (JsonException broken)
        {
            return $"the body is not valid JSON at byte {broken.BytePositionInLine} of line {broken.LineNumber + 1}";
        }

        facts = reading.Facts(body);
        return null;
    }

    private ref struct Reading
    {
        private string _model;
        private string? _user;
        private bool _streams;
        private int? _maxTokens;
        private int? _maxCompletionTokens;
        private int _priority;
        private ulong _identity;
        private int _promptStart;
        private int _promptEnd;
        private bool _isSalted;

        public string? Field(ref Utf8JsonReader reader)
        {
            if (reader.ValueTextEquals("model"u8))
            {
                return Text(ref reader, "model", out _model!);
            }

            if (reader.ValueTextEquals("stream"u8))
            {
                reader.Read();
                _streams = reader.TokenType == JsonTokenType.True;
                return reader.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null
                    ? null : "stream must be true or false";
            }

            if (reader.ValueTextEquals("max_tokens"u8) || reader.ValueTextEquals("max_output_tokens"u8))
            {
                return Count(ref reader, "max_tokens", out _maxTokens);
            }

            if (reader.ValueTextEquals("max_completion_tokens"u8))
            {
                return Count(ref reader, "max_completion_tokens", out _maxCompletionTokens);
            }

            if (reader.ValueTextEquals("priority"u8))
            {
                reader.Read();
                return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out _priority)
                    ? null : "priority must be a whole number";
            }

            if (reader.ValueTextEquals("user"u8))
            {
                return Text(ref reader, "user", out _user);
            }

            if (reader.ValueTextEquals("messages"u8) || reader.ValueTextEquals("prompt"u8) || reader.ValueTextEquals("input"u8))
            {
                reader.Read();
                _promptStart = (int)reader.TokenStartIndex;
                reader.Skip();
                _promptEnd = (int)reader.BytesConsumed;
                return null;
            }

            bool isSalt = reader.ValueTextEquals("cache_salt"u8);
            bool isPartOfPrompt = isSalt || reader.ValueTextEquals("tools"u8) || reader.ValueTextEquals("instructions"u8);
            reader.Read();
            _isSalted = isSalt ? reader.TokenType != JsonTokenType.Null : _isSalted;
            if (isPartOfPrompt)
            {
                _identity = StableHash.Combine(_identity, ValueHash(ref reader));
            }
            else
            {
                reader.Skip();
            }

            return null;
        }

        public readonly RequestFacts Facts(ReadOnlySpan<byte> body)
        {
            ReadOnlySpan<byte> prompt = body[_promptStart.._promptEnd];
            string model = _model ?? "";
            return new RequestFacts
            {
                Model = model,
                Streams = _streams,
                MaxOutputTokens = _maxCompletionTokens ?? _maxTokens,
                Priority = _priority,
                User = _user,
                PromptBytes = prompt.Length,
                PromptStart = _promptStart,
                IsSalted = _isSalted,
                PrefixHashes = PromptPrefixes.Of(StableHash.Combine(StableHash.Of(model), _identity), prompt),
            };
        }

        private static ulong ValueHash(ref Utf8JsonReader reader)
        {
            // Token by token: the order of fields and their text count, blanks between them do not.
            ulong hash = (ulong)reader.TokenType;
            int depth = reader.CurrentDepth;
            bool nested = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            hash = nested ? hash : StableHash.Extend(hash, reader.ValueSpan);
            while (nested && reader.Read() && reader.CurrentDepth > depth)
            {
                hash = StableHash.Extend(StableHash.Combine(hash, (ulong)reader.TokenType), reader.ValueSpan);
            }

            return hash;
        }

        private static string? Text(ref Utf8JsonReader reader, string name, out string? text)
        {
            text = null;
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                return null;
            }

            if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > LongestName)
            {
                return $"{name} must be a string of at most {LongestName} bytes";
            }

            text = reader.GetString();
            return null;
        }

        private static string? Count(ref Utf8JsonReader reader, string name, out int? count)
        {
            count = null;
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                return null;
            }

            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out int value) || value < 1)
            {
                return $"{name} must be a whole number from 1";
            }

            count = value;
            return null;
        }
    }
}
