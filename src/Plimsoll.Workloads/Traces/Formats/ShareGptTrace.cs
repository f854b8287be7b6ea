using System.Text.Json;
using Plimsoll.Core;
using Plimsoll.Workloads.Lengths;
using Plimsoll.Workloads.Traces.Text;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>
/// ShareGPT: one JSON list of conversations. Each message of a human that is answered is a request of its own, without the messages
/// before it. There are neither times nor token counts: tokens are estimated as a quarter of the bytes, rounded up.
/// </summary>
internal sealed class ShareGptTrace : ITraceSource
{
    private const int MaxTokenBytes = 1 << 24;
    private readonly TraceInput _input;
    private readonly ByteWindow _window;
    private readonly Queue<InferenceRequest> _ready = new();
    private byte[] _text = new byte[1 << 12];
    private JsonReaderState _state;
    private bool _ended;
    private long _conversations;
    private string _field = "";
    private string? _id;
    private string? _from;
    private int _valueBytes;
    private int _promptBytes = -1;

    private ShareGptTrace(TraceInput input)
    {
        (_input, _window) = (input, input.Lines.Window);
        Notes.LengthsOnly = true;
        Notes.Remark("token counts are estimated as a quarter of the UTF-8 bytes, rounded up");
        Notes.Remark("each answered message is a request of its own, without the conversation before it");
    }

    public static TraceFormat Definition { get; } = new(
        "sharegpt", "JSON list of conversations [{from, value}]; lengths only, tokens estimated as bytes / 4")
    {
        Detects = (text, _) => text is [(byte)'[', ..] && text.IndexOf("\"conversations\""u8) >= 0,
        Reader = input => new ShareGptTrace(input),
    };

    public TraceFormat Format => _input.Format;

    public TraceNotes Notes { get; } = new();

    public int Read(Span<InferenceRequest> buffer)
    {
        int count = 0;
        while (count < buffer.Length && (_ready.Count > 0 || ReadMore()))
        {
            if (_ready.TryDequeue(out InferenceRequest request))
            {
                buffer[count++] = request with { Id = new RequestId(Notes.Requests++) };
            }
        }

        return count;
    }

    private bool ReadMore()
    {
        if (_ended)
        {
            return false;
        }

        try
        {
            ReadTokens();
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            long line = (failure as JsonException)?.LineNumber + 1 ?? 0;
            Stop(line, _window.Damage ?? $"after {_conversations} conversations: this is not valid JSON");
        }

        return true;
    }

    private void ReadTokens()
    {
        Utf8JsonReader reader = new(_window.Unread, _window.AtEnd, _state);
        while (reader.Read())
        {
            Take(ref reader);
        }

        _window.Advance((int)reader.BytesConsumed);
        _state = reader.CurrentState;
        if (_window.AtEnd)
        {
            Finish();
        }
        else if (!_window.Fill(MaxTokenBytes) && !_window.AtEnd)
        {
            Stop(0, $"a message is longer than {MaxTokenBytes} bytes");
        }
        else if (_window.Damage is { } damage)
        {
            Stop(0, damage);
        }
    }

    private void Take(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _field = reader.CurrentDepth is 2 or 4 ? reader.GetString() ?? "" : "";
                break;
            case JsonTokenType.String or JsonTokenType.Number:
                TakeValue(ref reader);
                break;
            case JsonTokenType.EndObject when reader.CurrentDepth == 3:
                TakeMessage();
                break;
            case JsonTokenType.EndObject when reader.CurrentDepth == 1:
                _conversations++;
                (_id, _promptBytes) = (null, -1);
                break;
            default:
                break;
        }
    }

    private void TakeValue(ref Utf8JsonReader reader)
    {
        if (_field == "id" && reader.CurrentDepth == 2)
        {
            _id = Unescaped(ref reader) is var length && length > 256 ? null : System.Text.Encoding.UTF8.GetString(_text, 0, length);
        }
        else if (_field == "from" && reader.CurrentDepth == 4)
        {
            _from = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        }
        else if (_field == "value" && reader.CurrentDepth == 4)
        {
            _valueBytes = Unescaped(ref reader);
        }
    }

    private int Unescaped(ref Utf8JsonReader reader)
    {
        int most = reader.ValueSpan.Length;
        if (most > _text.Length)
        {
            _text = new byte[most];
        }

        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.CopyString(_text);
        }

        reader.ValueSpan.CopyTo(_text);
        return most;
    }

    private void TakeMessage()
    {
        if (_from is "human" or "user")
        {
            _promptBytes = _valueBytes;
        }
        else if (_promptBytes >= 0 && _from is "gpt" or "chatgpt" or "assistant" or "bing" or "bard" or "model")
        {
            Emit();
        }

        (_from, _valueBytes) = (null, 0);
    }

    private void Emit()
    {
        (int prompt, int output) = (EstimatedTokens(_promptBytes), EstimatedTokens(_valueBytes));
        _promptBytes = -1;
        if (prompt <= 0 || output <= 0)
        {
            Notes.FailedRows++;
            return;
        }

        RequestDetails? details = _id is null ? null : new RequestDetails { Session = _id };
        _ready.Enqueue(new InferenceRequest(default, Instant.Zero, prompt, output, details));
    }

    private static int EstimatedTokens(int bytes) => Math.Min((bytes + 3) / 4, LengthDistribution.MaxTokens);

    private void Finish()
    {
        _ended = true;
        if (_window.Damage is { } damage)
        {
            Stop(0, damage);
        }
        else if (Notes.Requests + Notes.FailedRows + _ready.Count == 0)
        {
            Stop(0, "there are no answered messages in the file");
        }
    }

    private void Stop(long line, string reason)
    {
        _ended = true;
        _input.Problems.AddFile(new TraceProblem(_input.Name, line, "", reason));
    }
}
