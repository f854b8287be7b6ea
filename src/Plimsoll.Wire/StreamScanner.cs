using System.Text.Json;

namespace Plimsoll.Wire;

/// <summary>
/// Watches an answer go by, in whatever pieces the network brings, and notes what the metrics need: how many events carried content, the
/// usage if it is told in any of the shapes the engines use, whether the stream ended as it should. It changes nothing and keeps at most
/// one line.
/// </summary>
public sealed class StreamScanner
{
    private const int LongestLine = 1 << 20;
    private const int LeastRoom = 256;

    private byte[] _line = [];
    private int _lineLength;
    private bool _tooLong;
    private bool _lineWasBlank = true;

    /// <summary>Events that carried something generated.</summary>
    public int ContentEvents { get; private set; }

    /// <summary>Prompt tokens as the engine counts them; null as long as it has not said.</summary>
    public int? PromptTokens { get; private set; }

    /// <summary>Output tokens as the engine counts them.</summary>
    public int? OutputTokens { get; private set; }

    /// <summary>Prompt tokens that the engine found in its cache.</summary>
    public int? CachedTokens { get; private set; }

    /// <summary>Whether the last event was the agreed end.</summary>
    public bool Done { get; private set; }

    /// <summary>Whether all that has gone by is whole events, so that another may follow.</summary>
    public bool BetweenEvents => _lineWasBlank && _lineLength == 0 && !_tooLong;

    /// <summary>Whether an event told of an error.</summary>
    public bool Failed { get; private set; }

    /// <summary>What the error said; null when there was none, or it said nothing.</summary>
    public string? ErrorMessage { get; private set; }

    /// <summary>Why generation ended, such as <c>stop</c> or <c>length</c>; null as long as the engine has not said.</summary>
    public string? FinishReason { get; private set; }

    /// <summary>Whether anything had the list of choices that every answer of the OpenAI API has.</summary>
    public bool HasChoices { get; private set; }

    /// <summary>Forgets everything: the next answer begins.</summary>
    public void Reset()
    {
        (_lineLength, _tooLong) = (0, false);
        (ContentEvents, PromptTokens, OutputTokens, CachedTokens) = (0, null, null, null);
        (Done, Failed, ErrorMessage, FinishReason, HasChoices) = (false, false, null, null, false);
    }

    /// <summary>Looks at the next piece of a stream of events; returns how many events with content it completes.</summary>
    public int Watch(ReadOnlySpan<byte> piece)
    {
        int before = ContentEvents;
        while (!piece.IsEmpty)
        {
            int end = piece.IndexOf((byte)'\n');
            if (end < 0)
            {
                Keep(piece);
                break;
            }

            if (_lineLength == 0 && !_tooLong)
            {
                Line(piece[..end]);
            }
            else
            {
                Keep(piece[..end]);
                Line(_tooLong ? default : _line.AsSpan(0, _lineLength));
                (_lineLength, _tooLong) = (0, false);
            }

            piece = piece[(end + 1)..];
        }

        return ContentEvents - before;
    }

    /// <summary>Looks at a whole answer that is not a stream: one JSON object.</summary>
    public void WatchWhole(ReadOnlySpan<byte> body) => Object(body);

    private void Keep(ReadOnlySpan<byte> piece)
    {
        if (_lineLength + piece.Length > LongestLine)
        {
            _tooLong = true;
            return;
        }

        if (_lineLength + piece.Length > _line.Length)
        {
            Array.Resize(ref _line, Math.Max(Math.Max(LeastRoom, _lineLength + piece.Length), _line.Length * 2));
        }

        piece.CopyTo(_line.AsSpan(_lineLength));
        _lineLength += piece.Length;
    }

    private void Line(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd((byte)'\r');
        _lineWasBlank = line.IsEmpty;
        if (!line.StartsWith("data:"u8))
        {
            return;
        }

        ReadOnlySpan<byte> data = line[5..].TrimStart((byte)' ');
        if (data.SequenceEqual("[DONE]"u8))
        {
            Done = true;
        }
        else
        {
            Object(data);
        }
    }

    private void Object(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                Field(ref reader);
            }
        }
        catch (JsonException)
        {
            // What the engine sends goes on to the client as it is; what cannot be read cannot be counted.
        }
    }

    private void Field(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("choices"u8))
        {
            reader.Read();
            HasChoices = true;
            ContentEvents += HoldsContent(ref reader) ? 1 : 0;
        }
        else if (reader.ValueTextEquals("usage"u8))
        {
            reader.Read();
            Usage(ref reader);
        }
        else if (reader.ValueTextEquals("response"u8))
        {
            // The events of /v1/responses carry the usage one level down.
            reader.Read();
            for (int depth = reader.CurrentDepth; reader.Read() && reader.CurrentDepth > depth;)
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == depth + 1 && reader.ValueTextEquals("usage"u8))
                {
                    reader.Read();
                    Usage(ref reader);
                }
            }
        }
        else if (reader.ValueTextEquals("error"u8))
        {
            reader.Read();
            Failed |= reader.TokenType != JsonTokenType.Null;
            Error(ref reader);
        }
        else if (reader.ValueTextEquals("delta"u8))
        {
            reader.Read();
            ContentEvents += reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0 ? 1 : 0;
            reader.Skip();
        }
        else
        {
            reader.Read();
            reader.Skip();
        }
    }

    // Something generated: a text that is not empty, or a call of a tool; not the role that opens a stream.
    private bool HoldsContent(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return false;
        }

        bool holds = false;
        for (int depth = reader.CurrentDepth; reader.Read() && reader.CurrentDepth > depth;)
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            bool isText = reader.ValueTextEquals("content"u8) || reader.ValueTextEquals("text"u8)
                || reader.ValueTextEquals("reasoning_content"u8) || reader.ValueTextEquals("reasoning"u8);
            bool isCall = reader.ValueTextEquals("tool_calls"u8);
            if (isText || isCall)
            {
                reader.Read();
                holds |= isText ? reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0 : HoldsAnything(reader);
                reader.Skip();
            }
            else if (reader.ValueTextEquals("finish_reason"u8))
            {
                reader.Read();
                FinishReason = reader.TokenType == JsonTokenType.String ? KnownReason(ref reader) : FinishReason;
                reader.Skip();
            }
        }

        return holds;
    }

    // A copy of the reader looks ahead.
    private static bool HoldsAnything(Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.StartArray && reader.Read() && reader.TokenType != JsonTokenType.EndArray;

    private static string? KnownReason(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("stop"u8) ? "stop" : reader.ValueTextEquals("length"u8) ? "length" : reader.GetString();

    // {"error": {"message": …}}, {"error": "…"}.
    private void Error(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            ErrorMessage = reader.GetString();
            return;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        for (int depth = reader.CurrentDepth; reader.Read() && reader.CurrentDepth > depth;)
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == depth + 1 && reader.ValueTextEquals("message"u8))
            {
                reader.Read();
                ErrorMessage = reader.TokenType == JsonTokenType.String ? reader.GetString() : ErrorMessage;
            }
        }
    }

    private void Usage(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        for (int depth = reader.CurrentDepth; reader.Read() && reader.CurrentDepth > depth;)
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (reader.ValueTextEquals("prompt_tokens"u8) || reader.ValueTextEquals("input_tokens"u8))
            {
                PromptTokens = Number(ref reader) ?? PromptTokens;
            }
            else if (reader.ValueTextEquals("completion_tokens"u8) || reader.ValueTextEquals("output_tokens"u8))
            {
                OutputTokens = Number(ref reader) ?? OutputTokens;
            }
            else if (reader.ValueTextEquals("cached_tokens"u8))
            {
                CachedTokens = Number(ref reader) ?? CachedTokens;
            }
        }
    }

    private static int? Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int value) && value >= 0 ? value : null;
    }
}
