using System.Text.Json;
using Plimsoll.Core;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>
/// Sessions of coding agents: JSON lines, times in seconds since each session began. All sessions are taken to begin at time zero, so
/// that the file, which lists one after another, is merged by time first.
/// </summary>
internal sealed class CodingSessionTrace(TraceInput input) : JsonTrace(input)
{
    // Longer prompts are hashed up to here, so that a row cannot ask for all of the memory.
    private const int MostBlocks = 1 << 20;
    private readonly Dictionary<string, Growth> _growth = [];
    private Instant? _arrival;
    private int _prompt;
    private int _output;
    private int _blockTokens;
    private string? _session;
    private string? _model;

    public static TraceFormat Definition { get; } = new(
        "coding-sessions",
        "JSON lines session_id, request_arrival_delta_s, input_tokens, output_tokens, model_id; merged by time on reading")
    {
        Detects = (_, line) => TraceFormats.HasFields(line, "\"request_arrival_delta_s\""u8, "\"input_tokens\""u8),
        Reader = input => new SortedTrace(new CodingSessionTrace(input), () => false),
    };

    protected override bool InOrder => false;

    protected override void Begin() => (_arrival, _prompt, _output, _blockTokens, _session, _model) = (null, 0, 0, 64, null, null);

    protected override bool TryField(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("request_arrival_delta_s"u8))
        {
            bool good = ReadTime(ref reader, "request_arrival_delta_s", 1_000_000_000, out Instant arrival);
            _arrival = arrival;
            return good;
        }

        if (reader.ValueTextEquals("input_tokens"u8))
        {
            return ReadTokens(ref reader, "input_tokens", out _prompt);
        }

        if (reader.ValueTextEquals("output_tokens"u8))
        {
            return ReadTokens(ref reader, "output_tokens", out _output);
        }

        if (reader.ValueTextEquals("block_size_tokens"u8))
        {
            return ReadTokens(ref reader, "block_size_tokens", out _blockTokens);
        }

        return TryName(ref reader);
    }

    protected override bool TryBuild(out InferenceRequest request)
    {
        request = default;
        if (_arrival is not { } arrival || _prompt == 0 || _output == 0 || _session is null)
        {
            string missing = _arrival is null ? "request_arrival_delta_s" : _session is null ? "session_id"
                : _prompt == 0 ? "input_tokens" : "output_tokens";
            return Bad(missing, "is missing");
        }

        Notes.Remark("every session is taken to begin at time zero: the trace gives times within sessions only");
        ulong[] hashes = Options.AssumeGrowingPrefixes ? AssumedHashes(_session) : [];
        request = new InferenceRequest(default, arrival, _prompt, _output, new RequestDetails
        {
            Session = _session,
            Model = _model,
            PrefixHashArray = hashes,
            BlockTokens = hashes.Length == 0 ? 0 : _blockTokens,
        });
        return true;
    }

    private bool TryName(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("session_id"u8))
        {
            _session = ReadName(ref reader);
        }
        else if (reader.ValueTextEquals("model_id"u8))
        {
            _model = ReadName(ref reader);
        }

        return true;
    }

    // While prompts of a session grow, block i of each is the same; where one is shorter than the last, another text begins.
    private ulong[] AssumedHashes(string session)
    {
        Notes.Remark("prefix hashes are assumed: a prompt not shorter than the last of its session begins with it and its answer");
        Growth last = _growth.GetValueOrDefault(session);
        Growth now = new(_prompt, _prompt < last.Prompt ? last.Text + 1 : last.Text);
        _growth[session] = now;
        ulong text = StableHash.Combine(StableHash.Of(session), (ulong)now.Text);
        long sequence = (long)_prompt + _output;
        ulong[] hashes = new ulong[Math.Min((sequence + _blockTokens - 1) / _blockTokens, MostBlocks)];
        for (int i = 0; i < hashes.Length; i++)
        {
            hashes[i] = StableHash.Combine(text, (ulong)i);
        }

        return hashes;
    }

    private readonly record struct Growth(int Prompt, int Text);
}
