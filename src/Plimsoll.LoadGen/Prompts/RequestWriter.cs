using System.Text;
using System.Text.Json;
using Plimsoll.Core;
using Plimsoll.LoadGen.Http;

namespace Plimsoll.LoadGen.Prompts;

/// <summary>
/// Writes a request of the OpenAI API as the bytes of an HTTP/1.1 message. The output length is asked for as vLLM takes it: max_tokens,
/// min_tokens and ignore_eos. For one thread.
/// </summary>
public sealed class RequestWriter
{
    private const int LengthDigits = 10;

    private readonly PromptText _text;
    private readonly PromptLayout _layout;
    private readonly bool _chat;
    private readonly byte[] _head;
    private readonly byte[] _start;
    private readonly byte[] _extra;
    private readonly List<PromptPart> _parts = [];

    /// <param name="target">The server.</param>
    /// <param name="model">Model asked for.</param>
    /// <param name="chat">Whether to chat; else to complete.</param>
    /// <param name="text">What prompts say.</param>
    /// <param name="layout">What prompts share.</param>
    /// <param name="apiKey">Sent as a bearer token; null for none.</param>
    /// <param name="extraFields">More fields of the body, as a JSON object without its braces; empty for none.</param>
    public RequestWriter(Target target, string model, bool chat, PromptText text, PromptLayout layout, string? apiKey = null,
        string extraFields = "")
    {
        ArgumentNullException.ThrowIfNull(target);
        (_text, _layout, _chat) = (text, layout, chat);
        string path = target.BasePath + (chat ? "/v1/chat/completions" : "/v1/completions");
        string key = apiKey is null ? "" : $"Authorization: Bearer {apiKey}\r\n";
        _head = Encoding.UTF8.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: {target.Authority}\r\nUser-Agent: plimsoll-bench\r\nAccept: text/event-stream\r\n"
            + $"{key}Content-Type: application/json\r\nContent-Length: ");
        string name = JsonSerializer.Serialize(model);
        string open = chat ? "\"messages\":[{\"role\":\"user\",\"content\":\"" : text.IsNumbers ? "\"prompt\":[" : "\"prompt\":\"";
        _start = Encoding.UTF8.GetBytes($"{{\"model\":{name},{open}");
        _extra = Encoding.UTF8.GetBytes(extraFields.Length > 0 ? "," + extraFields : "");
    }

    /// <summary>One request.</summary>
    /// <param name="request">Its lengths and what it shares.</param>
    /// <param name="number">Its number in the run.</param>
    public RequestBytes Write(in InferenceRequest request, long number)
    {
        var bytes = new RequestBytes();
        bytes.Add(_head);
        int lengthAt = bytes.Length;
        bytes.Add("          \r\n\r\n"u8);
        int bodyAt = bytes.Length;
        bytes.Add(_start);
        _layout.Fill(request, number, _text.OwnTokens(request.PromptTokens), _parts);
        _text.Write(bytes, _parts, request.PromptTokens);
        bytes.Add(_chat ? "\"}]"u8 : _text.IsNumbers ? "]"u8 : "\""u8);
        bytes.Add(",\"max_tokens\":"u8);
        bytes.Add(request.OutputTokens);
        bytes.Add(",\"min_tokens\":"u8);
        bytes.Add(request.OutputTokens);
        bytes.Add(",\"ignore_eos\":true,\"stream\":true,\"stream_options\":{\"include_usage\":true}"u8);
        bytes.Add(_extra);
        bytes.Add("}"u8);
        Span<byte> digits = stackalloc byte[LengthDigits];
        _ = System.Buffers.Text.Utf8Formatter.TryFormat(bytes.Length - bodyAt, digits, out int written);

        // Blanks after the colon are part of no header's value.
        bytes.Replace(lengthAt + LengthDigits - written, digits[..written]);
        return bytes;
    }
}
