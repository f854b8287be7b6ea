using Plimsoll.Core;
using Plimsoll.Workloads.Traces.Text;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>
/// A list of jobs as scheduling papers have them: lengths, bounds on the output, and the round of arrival, 0 when nothing is said. A round
/// is a second. Any order.
/// </summary>
internal sealed class JobTrace : CsvTrace
{
    private const long Second = 1_000_000_000;

    private readonly int _id;
    private readonly int _prompt;
    private readonly int _output;
    private readonly int _lower;
    private readonly int _upper;
    private readonly int _arrival;

    private JobTrace(TraceInput input)
        : base(input)
    {
        _id = Required("id");
        _prompt = Required("prompt_tokens");
        _output = Required("output_tokens");
        _lower = Optional("lower");
        _upper = Optional("upper");
        _arrival = Optional("arrival");
    }

    public static TraceFormat Definition { get; } = new(
        "jobs", "CSV id,prompt_tokens,output_tokens and optionally lower,upper,arrival; arrival in rounds of a second, any order")
    {
        Keeps = TraceFeatures.Arrivals | TraceFeatures.ExternalIds | TraceFeatures.OutputBounds,
        Detects = (_, line) => TraceFormats.HasColumns(line, "id", "prompt_tokens", "output_tokens"),
        Reader = input => new SortedTrace(new JobTrace(input), () => false),
    };

    protected override bool InOrder => false;

    protected override bool TryParse(CsvRow row, out InferenceRequest request)
    {
        request = default;
        string? id = Names.Get(row[_id]);
        bool good = (id is not null || Bad("id", "is missing"))
            & Tokens("prompt_tokens", row[_prompt], out int prompt) & Tokens("output_tokens", row[_output], out int output)
            & Bound("lower", row[_lower], 1, out int? lower) & Bound("upper", row[_upper], lower ?? 1, out int? upper)
            & Round(row[_arrival], out Instant arrival);
        if (!good)
        {
            return false;
        }

        var details = new RequestDetails { ExternalId = id, OutputLower = lower, OutputUpper = upper };
        request = new InferenceRequest(default, arrival, prompt, output, details);
        return true;
    }

    private bool Bound(string field, ReadOnlySpan<byte> text, int least, out int? bound)
    {
        bound = null;
        if (text.IsEmpty)
        {
            return true;
        }

        bool good = Tokens(field, text, out int tokens, least);
        bound = good ? tokens : null;
        return good;
    }

    private bool Round(ReadOnlySpan<byte> text, out Instant arrival)
    {
        arrival = Instant.Zero;
        if (text.IsEmpty)
        {
            return true;
        }

        bool whole = Numbers.Whole(text, out long round) && round is >= 0 and <= int.MaxValue;
        arrival = whole ? new Instant(round * Second) : Instant.Zero;
        return whole || Bad("arrival", text, "is not a round: a whole number from 0 to 2147483647");
    }
}
