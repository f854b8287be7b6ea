using Plimsoll.Core;
using Plimsoll.Workloads.Traces.Text;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>BurstGPT, both sets of columns. Rows whose response is 0 are failed requests: counted, not given out.</summary>
internal sealed class BurstGptTrace : CsvTrace
{
    private readonly int _timestamp;
    private readonly int _session;
    private readonly int _model;
    private readonly int _prompt;
    private readonly int _output;

    private BurstGptTrace(TraceInput input)
        : base(input)
    {
        _timestamp = Required("Timestamp");
        _session = Optional("Session ID");
        _model = Optional("Model");
        _prompt = Required("Request tokens");
        _output = Required("Response tokens");
    }

    public static TraceFormat Definition { get; } = new(
        "burstgpt", "CSV Timestamp,[Session ID,Elapsed time,]Model,Request tokens,Response tokens,Total tokens,Log Type; seconds")
    {
        Keeps = TraceFeatures.Arrivals | TraceFeatures.Models | TraceFeatures.Microseconds | TraceFeatures.Nanoseconds,
        Detects = (_, line) => TraceFormats.HasColumns(line, "Timestamp", "Request tokens", "Response tokens"),
        Reader = input => new BurstGptTrace(input),
        Writer = stream => new BurstGptRows(stream),
    };

    protected override bool TryParse(CsvRow row, out InferenceRequest request)
    {
        request = default;
        if (!Time("Timestamp", row[_timestamp], 1_000_000_000, out Instant arrival)
            | !Tokens("Response tokens", row[_output], out int output, least: 0)
            | !Tokens("Request tokens", row[_prompt], out int prompt, least: output == 0 ? 0 : 1))
        {
            return false;
        }

        if (output == 0)
        {
            Notes.FailedRows++;
            return false;
        }

        request = new InferenceRequest(default, arrival, prompt, output, Details(Names.Get(row[_session]), Names.Get(row[_model])));
        return true;
    }

    private static RequestDetails? Details(string? session, string? model) =>
        session is null && model is null ? null : new RequestDetails { Session = session, Model = model };

    private sealed class BurstGptRows : TraceRowWriter
    {
        public BurstGptRows(Stream stream)
            : base(stream) => Put("Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n"u8);

        public override void Write(in InferenceRequest request)
        {
            PutSeconds(request.Arrival.Nanoseconds);
            Put(","u8);
            PutField(request.Details?.Model);
            Put(","u8);
            Put(request.PromptTokens);
            Put(","u8);
            Put(request.OutputTokens);
            Put(","u8);
            Put((long)request.PromptTokens + request.OutputTokens);
            Put(",API log\n"u8);
        }
    }
}
