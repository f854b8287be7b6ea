using System.Text.Json;
using Plimsoll.Core;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>
/// LLMServingSim: JSON lines, each a request or an agentic session of <c>sub_requests</c>. Also reads the request logs of its vLLM
/// runs, whose wall-clock <c>arrival_time</c> then counts from the first arrival.
/// </summary>
internal sealed class LlmServingSimTrace(TraceInput input) : JsonTrace(input)
{
    private const int BlockTokens = 16;
    private readonly Queue<InferenceRequest> _session = new();
    private readonly List<ulong> _tokenIds = [];
    private readonly List<(Call Call, long ToolNanoseconds)> _calls = [];
    private Instant? _arrival;
    private Call _flat = new();
    private bool _wallClock;
    private string? _id;
    private string? _sessionId;

    public static TraceFormat Definition { get; } = new(
        "llmservingsim",
        "JSON lines input_toks, output_toks, arrival_time_ns (or arrival_time, s); agentic sub_requests with tool_duration_ns")
    {
        Detects = (_, line) =>
            line is [(byte)'{', ..] && (line.IndexOf("\"input_toks\""u8) >= 0 || line.IndexOf("\"sub_requests\""u8) >= 0),
        Reader = Open,
    };

    protected override bool InOrder => false;

    protected override void Begin()
    {
        _calls.Clear();
        (_arrival, _flat, _id, _sessionId) = (null, new Call(), null, null);
    }

    protected override bool TryField(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("arrival_time_ns"u8))
        {
            return ReadArrival(ref reader, "arrival_time_ns", 1);
        }

        if (reader.ValueTextEquals("arrival_time"u8))
        {
            _wallClock = true;
            return ReadArrival(ref reader, "arrival_time", 1_000_000_000);
        }

        if (reader.ValueTextEquals("request_id"u8))
        {
            _id = ReadName(ref reader);
            return true;
        }

        if (reader.ValueTextEquals("session_id"u8))
        {
            _sessionId = ReadName(ref reader);
            return true;
        }

        return reader.ValueTextEquals("sub_requests"u8) ? ReadCalls(ref reader) : TryCallField(ref reader, _flat);
    }

    protected override bool TryBuild(out InferenceRequest request)
    {
        request = default;
        if (_arrival is not { } arrival)
        {
            return Bad("arrival_time_ns", "is missing");
        }

        if (_calls.Count == 0)
        {
            request = _flat.Request(arrival, _id, _sessionId);
            return _flat.Complete(this);
        }

        Notes.Remark("sub-requests are put at their session's start plus the tool times before them: service times are not in the trace");
        foreach ((Call call, long tool) in _calls)
        {
            if (!call.Complete(this))
            {
                _session.Clear();
                return false;
            }

            _session.Enqueue(call.Request(arrival, _id, _sessionId));
            arrival = new Instant(tool < long.MaxValue - arrival.Nanoseconds ? arrival.Nanoseconds + tool : long.MaxValue - 1);
        }

        return TryMore(out request);
    }

    protected override bool TryMore(out InferenceRequest request) => _session.TryDequeue(out request);

    private static SortedTrace Open(TraceInput input)
    {
        LlmServingSimTrace trace = new(input);
        return new SortedTrace(trace, () => trace._wallClock);
    }

    private bool ReadArrival(ref Utf8JsonReader reader, string field, long unit)
    {
        bool good = ReadTime(ref reader, field, unit, out Instant arrival);
        _arrival = arrival;
        return good;
    }

    private bool ReadCalls(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return Bad("sub_requests", "is not a list");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return Bad("sub_requests", "holds something that is not an object");
            }

            if (!ReadCall(ref reader))
            {
                return false;
            }
        }

        return _calls.Count > 0 || Bad("sub_requests", "is empty");
    }

    private bool ReadCall(ref Utf8JsonReader reader)
    {
        Call call = new();
        long tool = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("tool_duration_ns"u8))
            {
                if (!ReadTime(ref reader, "tool_duration_ns", 1, out Instant duration))
                {
                    return false;
                }

                tool = duration.Nanoseconds;
            }
            else if (!TryCallField(ref reader, call))
            {
                return false;
            }

            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                reader.Skip();
            }
        }

        _calls.Add((call, tool));
        return true;
    }

    private bool TryCallField(ref Utf8JsonReader reader, Call call)
    {
        if (reader.ValueTextEquals("input_toks"u8))
        {
            return ReadTokens(ref reader, "input_toks", out call.Prompt);
        }

        if (reader.ValueTextEquals("output_toks"u8))
        {
            return ReadTokens(ref reader, "output_toks", out call.Output);
        }

        if (reader.ValueTextEquals("input_tok_ids"u8))
        {
            bool good = ReadIds(ref reader, "input_tok_ids", _tokenIds);
            call.Hashes = BlockHashes(_tokenIds);
            return good;
        }

        return true;
    }

    // Each hash covers its block and all blocks before it, so that equal hashes mean equal prefixes.
    private static ulong[] BlockHashes(List<ulong> tokenIds)
    {
        ulong[] hashes = new ulong[(tokenIds.Count + BlockTokens - 1) / BlockTokens];
        ulong hash = 0;
        for (int i = 0; i < tokenIds.Count; i++)
        {
            hash = StableHash.Combine(hash, tokenIds[i]);
            hashes[i / BlockTokens] = hash;
        }

        return hashes;
    }

    /// <summary>One call to the model.</summary>
    private sealed class Call
    {
        public int Prompt;
        public int Output;
        public ulong[] Hashes = [];

        public bool Complete(LlmServingSimTrace trace) =>
            (Prompt > 0 && Output > 0) || trace.Bad(Prompt == 0 ? "input_toks" : "output_toks", "is missing");

        public InferenceRequest Request(Instant arrival, string? id, string? session)
        {
            bool plain = id is null && session is null && Hashes.Length == 0;
            return new InferenceRequest(default, arrival, Prompt, Output, plain ? null : new RequestDetails
            {
                ExternalId = id,
                Session = session,
                PrefixHashArray = Hashes,
                BlockTokens = Hashes.Length == 0 ? 0 : BlockTokens,
            });
        }
    }
}
