using Plimsoll.Core;
using Plimsoll.Workloads.Traces.Text;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>Vidur: CSV of prefill and decode tokens, with or without times in seconds.</summary>
internal sealed class VidurTrace : CsvTrace
{
    private readonly int _arrivedAt;
    private readonly int _prefill;
    private readonly int _decode;

    private VidurTrace(TraceInput input)
        : base(input)
    {
        _prefill = Required("num_prefill_tokens");
        _decode = Required("num_decode_tokens");
        _arrivedAt = Optional("arrived_at");
        Notes.LengthsOnly = _arrivedAt < 0;
    }

    public static TraceFormat Definition { get; } = new(
        "vidur", "CSV [arrived_at (s),]num_prefill_tokens,num_decode_tokens; without arrived_at lengths only")
    {
        Keeps = TraceFeatures.Arrivals | TraceFeatures.Microseconds | TraceFeatures.Nanoseconds,
        Detects = (_, line) => TraceFormats.HasColumns(line, "num_prefill_tokens", "num_decode_tokens"),
        Reader = input => new VidurTrace(input),
        Writer = stream => new VidurRows(stream),
    };

    protected override bool TryParse(CsvRow row, out InferenceRequest request)
    {
        request = default;
        Instant arrival = Instant.Zero;
        if ((_arrivedAt >= 0 && !Time("arrived_at", row[_arrivedAt], 1_000_000_000, out arrival))
            | !Tokens("num_prefill_tokens", row[_prefill], out int prompt) | !Tokens("num_decode_tokens", row[_decode], out int output))
        {
            return false;
        }

        request = new InferenceRequest(default, arrival, prompt, output);
        return true;
    }

    private sealed class VidurRows : TraceRowWriter
    {
        public VidurRows(Stream stream)
            : base(stream) => Put("arrived_at,num_prefill_tokens,num_decode_tokens\n"u8);

        public override void Write(in InferenceRequest request)
        {
            PutSeconds(request.Arrival.Nanoseconds);
            Put(","u8);
            Put(request.PromptTokens);
            Put(","u8);
            Put(request.OutputTokens);
            Put("\n"u8);
        }
    }
}
