using Plimsoll.Core;
using Plimsoll.Workloads.Traces.Text;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>
/// Azure LLM inference, 2023 and 2024: CSV with wall-clock stamps. Times count from the first row. A trace whose stamps are the
/// literal XXX, as in published lists of lengths, has no arrivals.
/// </summary>
internal sealed class AzureTrace : CsvTrace
{
    private readonly int _timestamp;
    private readonly int _prompt;
    private readonly int _output;
    private long? _zero;

    private AzureTrace(TraceInput input)
        : base(input)
    {
        _timestamp = Required("TIMESTAMP");
        _prompt = Required("ContextTokens");
        _output = Required("GeneratedTokens");
    }

    public static TraceFormat Definition { get; } = new(
        "azure", "CSV TIMESTAMP,ContextTokens,GeneratedTokens; wall-clock stamps (XXX for lengths only)")
    {
        Keeps = TraceFeatures.Arrivals | TraceFeatures.Microseconds,
        Detects = (_, line) => TraceFormats.HasColumns(line, "TIMESTAMP", "ContextTokens", "GeneratedTokens"),
        Reader = input => new AzureTrace(input),
        Writer = stream => new AzureRows(stream),
    };

    protected override bool TryParse(CsvRow row, out InferenceRequest request)
    {
        request = default;
        if (!TryArrival(row[_timestamp], out Instant arrival) | !Tokens("ContextTokens", row[_prompt], out int prompt)
            | !Tokens("GeneratedTokens", row[_output], out int output))
        {
            return false;
        }

        request = new InferenceRequest(default, arrival, prompt, output);
        return true;
    }

    private bool TryArrival(ReadOnlySpan<byte> text, out Instant arrival)
    {
        arrival = Instant.Zero;
        if (text.SequenceEqual("XXX"u8) && (_zero is null || Notes.LengthsOnly))
        {
            Notes.LengthsOnly = true;
            return true;
        }

        if (Notes.LengthsOnly || !Timestamps.TryParse(text, out long time))
        {
            return text.IsEmpty ? Bad("TIMESTAMP", "is missing")
                : Bad("TIMESTAMP", text, Notes.LengthsOnly ? "is a time in a trace without times" : "is not a date and time");
        }

        _zero ??= time;
        arrival = new Instant(time - _zero.Value);
        return true;
    }

    private sealed class AzureRows : TraceRowWriter
    {
        private static readonly DateTime Start = new(2000, 1, 1);

        public AzureRows(Stream stream)
            : base(stream) => Put("TIMESTAMP,ContextTokens,GeneratedTokens\r\n"u8);

        public override void Write(in InferenceRequest request)
        {
            Span<byte> stamp = stackalloc byte[32];
            Start.AddTicks(request.Arrival.Nanoseconds / 100).TryFormat(
                stamp, out int length, "yyyy-MM-dd HH:mm:ss.fffffff", System.Globalization.CultureInfo.InvariantCulture);
            Put(stamp[..length]);
            Put(","u8);
            Put(request.PromptTokens);
            Put(","u8);
            Put(request.OutputTokens);
            Put("\r\n"u8);
        }
    }
}
