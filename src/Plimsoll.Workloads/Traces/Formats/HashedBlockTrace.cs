using System.Text.Json;
using Plimsoll.Core;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>JSON lines with lengths and prefix hashes of fixed blocks, the shape that Mooncake published and others follow.</summary>
internal sealed class HashedBlockTrace(TraceInput input, long unitNanoseconds, int blockTokens) : JsonTrace(input)
{
    private readonly List<ulong> _hashes = [];
    private Instant? _arrival;
    private int _prompt;
    private int _output;
    private string? _chat;

    protected override void Begin()
    {
        _hashes.Clear();
        (_arrival, _prompt, _output, _chat) = (null, 0, 0, null);
    }

    protected override bool TryField(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("timestamp"u8))
        {
            bool good = ReadTime(ref reader, "timestamp", unitNanoseconds, out Instant arrival);
            _arrival = arrival;
            return good;
        }

        if (reader.ValueTextEquals("input_length"u8))
        {
            return ReadTokens(ref reader, "input_length", out _prompt);
        }

        if (reader.ValueTextEquals("output_length"u8))
        {
            return ReadTokens(ref reader, "output_length", out _output);
        }

        if (reader.ValueTextEquals("chat_id"u8))
        {
            _chat = ReadName(ref reader);
            return true;
        }

        return !reader.ValueTextEquals("hash_ids"u8) || ReadIds(ref reader, "hash_ids", _hashes);
    }

    protected override bool TryBuild(out InferenceRequest request)
    {
        request = default;
        if (_arrival is not { } arrival || _prompt == 0 || _output == 0)
        {
            return Bad(_arrival is null ? "timestamp" : _prompt == 0 ? "input_length" : "output_length", "is missing");
        }

        if (_hashes.Count != 0 && _hashes.Count != (_prompt + (long)blockTokens - 1) / blockTokens)
        {
            Notes.Remark($"some rows do not have one hash for each {blockTokens} prompt tokens");
        }

        request = new InferenceRequest(default, arrival, _prompt, _output, Details());
        return true;
    }

    private RequestDetails? Details() => _hashes.Count == 0 && _chat is null ? null : new RequestDetails
    {
        ExternalId = _chat,
        PrefixHashArray = [.. _hashes],
        BlockTokens = _hashes.Count == 0 ? 0 : blockTokens,
    };
}
