using Plimsoll.Core;
using Plimsoll.Workloads.Traces.Text;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>
/// splitwise-sim: CSV in seconds. Only rows of its request type 2, LLM inference, are requests; its batch size is always 1.
/// </summary>
internal sealed class SplitwiseTrace : CsvTrace
{
    private readonly int _type;
    private readonly int _arrival;
    private readonly int _prompt;
    private readonly int _output;

    private SplitwiseTrace(TraceInput input)
        : base(input)
    {
        _type = Optional("request_type");
        _arrival = Required("arrival_timestamp");
        _prompt = Required("prompt_size");
        _output = Required("token_size");
    }

    public static TraceFormat Definition { get; } = new(
        "splitwise", "CSV request_id,request_type,application_id,arrival_timestamp,batch_size,prompt_size,token_size; seconds")
    {
        Keeps = TraceFeatures.Arrivals | TraceFeatures.Microseconds | TraceFeatures.Nanoseconds,
        Detects = (_, line) => TraceFormats.HasColumns(line, "arrival_timestamp", "prompt_size", "token_size"),
        Reader = input => new SplitwiseTrace(input),
        Writer = stream => new SplitwiseRows(stream),
    };

    protected override bool TryParse(CsvRow row, out InferenceRequest request)
    {
        request = default;
        ReadOnlySpan<byte> type = row[_type];
        bool inference = type.IsEmpty || (Numbers.Whole(type, out long number) && number == 2);
        if (!(inference || Bad("request_type", type, "is not 2, LLM inference"))
            | !Time("arrival_timestamp", row[_arrival], 1_000_000_000, out Instant arrival)
            | !Tokens("prompt_size", row[_prompt], out int prompt) | !Tokens("token_size", row[_output], out int output))
        {
            return false;
        }

        request = new InferenceRequest(default, arrival, prompt, output);
        return true;
    }

    private sealed class SplitwiseRows : TraceRowWriter
    {
        public SplitwiseRows(Stream stream)
            : base(stream) => Put("request_id,request_type,application_id,arrival_timestamp,batch_size,prompt_size,token_size\n"u8);

        public override void Write(in InferenceRequest request)
        {
            Put(request.Id.Value);
            Put(",2,0,"u8);
            PutSeconds(request.Arrival.Nanoseconds);
            Put(",1,"u8);
            Put(request.PromptTokens);
            Put(","u8);
            Put(request.OutputTokens);
            Put("\n"u8);
        }
    }
}
