using System.Text.Json;
using Plimsoll.Core;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>APEX: JSON lines in nanoseconds, in no particular order, so the whole trace is sorted first.</summary>
internal sealed class ApexTrace(TraceInput input) : JsonTrace(input)
{
    private Instant? _arrival;
    private int _prompt;
    private int _output;
    private string? _id;

    public static TraceFormat Definition { get; } = new(
        "apex", "JSON lines StartTimeOffset (ns), ContextTokens, GeneratedTokens, RequestID; sorted by time on reading")
    {
        Detects = (_, line) => TraceFormats.HasFields(line, "\"StartTimeOffset\""u8, "\"ContextTokens\""u8),
        Reader = input => new SortedTrace(new ApexTrace(input), () => false),
    };

    protected override bool InOrder => false;

    protected override void Begin() => (_arrival, _prompt, _output, _id) = (null, 0, 0, null);

    protected override bool TryField(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("StartTimeOffset"u8))
        {
            bool good = ReadTime(ref reader, "StartTimeOffset", 1, out Instant arrival);
            _arrival = arrival;
            return good;
        }

        if (reader.ValueTextEquals("ContextTokens"u8))
        {
            return ReadTokens(ref reader, "ContextTokens", out _prompt);
        }

        if (reader.ValueTextEquals("RequestID"u8))
        {
            _id = ReadName(ref reader);
            return true;
        }

        return !reader.ValueTextEquals("GeneratedTokens"u8) || ReadTokens(ref reader, "GeneratedTokens", out _output);
    }

    protected override bool TryBuild(out InferenceRequest request)
    {
        request = default;
        if (_arrival is not { } arrival || _prompt == 0 || _output == 0)
        {
            return Bad(_arrival is null ? "StartTimeOffset" : _prompt == 0 ? "ContextTokens" : "GeneratedTokens", "is missing");
        }

        request = new InferenceRequest(default, arrival, _prompt, _output, _id is null ? null : new RequestDetails { ExternalId = _id });
        return true;
    }
}
