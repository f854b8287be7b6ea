using System.Globalization;
using Plimsoll.Core;
using Plimsoll.Workloads.Traces.Text;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>
/// Plimsoll's own CSV. Hashes are unsigned numbers, in decimal or, after 0x, in hexadecimal, separated by semicolons or spaces within the
/// one field. What a live gateway recorded has one more column, last and always 1: such rows stand in the order in which requests ended,
/// and one without it was not written to its end.
/// </summary>
internal sealed class PlimsollTrace : CsvTrace
{
    private const long Second = 1_000_000_000;
    private const string RecordedColumn = "recorded";

    // Before Definition, which uses it.
    private static readonly string[] OptionalColumns =
    [
        "request_id", "session_id", "client", "model", "adapter", "priority", "deadline_seconds", "lower", "upper", "prefix_hashes",
        "block_tokens", "cancelled_after_tokens", "max_output_tokens",
    ];

    private readonly int _arrival;
    private readonly int _prompt;
    private readonly int _output;
    private readonly int[] _optional;
    private readonly int _recorded;
    private readonly bool _plain;
    private readonly List<ulong> _hashes = [];

    private PlimsollTrace(TraceInput input)
        : base(input)
    {
        _arrival = Required("arrival_seconds");
        _prompt = Required("prompt_tokens");
        _output = Required("output_tokens");
        _optional = Array.ConvertAll(OptionalColumns, Optional);
        _recorded = Optional(RecordedColumn);
        _plain = Array.TrueForAll(_optional, index => index < 0);
    }

    // In the order of OptionalColumns.
    private enum Column
    {
        RequestId,
        SessionId,
        Client,
        Model,
        Adapter,
        Priority,
        DeadlineSeconds,
        Lower,
        Upper,
        PrefixHashes,
        BlockTokens,
        CancelledAfterTokens,
        MaxOutputTokens,
    }

    public static TraceFormat Definition { get; } = new(
        "plimsoll", "CSV arrival_seconds,prompt_tokens,output_tokens and optionally " + string.Join(',', OptionalColumns))
    {
        Keeps = (TraceFeatures)int.MaxValue,
        Detects = (_, line) => TraceFormats.HasColumns(line, "arrival_seconds", "prompt_tokens", "output_tokens"),
        Reader = Open,
        Writer = stream => new PlimsollRows(stream, recorded: false),
    };

    protected override bool InOrder => _recorded < 0;

    /// <summary>Rows as a live gateway writes them.</summary>
    public static TraceRowWriter RecordedRows(Stream stream) => new PlimsollRows(stream, recorded: true);

    private static ITraceSource Open(TraceInput input)
    {
        var trace = new PlimsollTrace(input);
        return trace.InOrder ? trace : new SortedTrace(trace, () => true);
    }

    protected override bool TryParse(CsvRow row, out InferenceRequest request)
    {
        request = default;
        RequestDetails? details = null;
        if (_recorded >= 0 && !row[_recorded].SequenceEqual("1"u8))
        {
            return Torn();
        }

        if (!Time("arrival_seconds", row[_arrival], Second, out Instant arrival) | !Tokens("prompt_tokens", row[_prompt], out int prompt)
            | !Tokens("output_tokens", row[_output], out int output) | (!_plain && !TryDetails(row, out details)))
        {
            return false;
        }

        request = new InferenceRequest(default, arrival, prompt, output, details);
        return true;
    }

    // The last row may lack its end, if the gateway was killed while it wrote; any other may not.
    private bool Torn()
    {
        if (!IsLastLine)
        {
            return Bad(RecordedColumn, "is not 1: the row was not written to its end, and yet others follow");
        }

        Notes.Remark("The last row was not written to its end and is left out.");
        return false;
    }

    private bool TryDetails(CsvRow row, out RequestDetails? details)
    {
        details = null;
        if (SaysNothing(row))
        {
            return true;
        }

        if (!Whole(row, Column.Priority, out int? priority, int.MinValue) || !Deadline(row, out Duration? deadline)
            || !Whole(row, Column.Lower, out int? lower, 1) || !Whole(row, Column.Upper, out int? upper, lower ?? 1)
            || !Whole(row, Column.CancelledAfterTokens, out int? cancelled, 0) || !Whole(row, Column.MaxOutputTokens, out int? most, 1)
            || !Hashes(row, out ulong[] hashes) || !BlockSize(row, hashes, out int block))
        {
            return false;
        }

        details = new RequestDetails
        {
            ExternalId = Text(row, Column.RequestId),
            Session = Text(row, Column.SessionId),
            Client = Text(row, Column.Client),
            Model = Text(row, Column.Model),
            Adapter = Text(row, Column.Adapter),
            Priority = priority ?? 0,
            Deadline = deadline,
            OutputLower = lower,
            OutputUpper = upper,
            CancelledAfterTokens = cancelled,
            MaxOutputTokens = most,
            PrefixHashArray = hashes,
            BlockTokens = block,
        };
        return true;
    }

    private bool SaysNothing(CsvRow row)
    {
        foreach (int index in _optional)
        {
            if (!row[index].IsEmpty)
            {
                return false;
            }
        }

        return true;
    }

    private ReadOnlySpan<byte> Field(CsvRow row, Column column) => row[_optional[(int)column]];

    private static string NameOf(Column column) => OptionalColumns[(int)column];

    private string? Text(CsvRow row, Column column)
    {
        string? text = Names.Get(Field(row, column));
        return text?.Contains('"', StringComparison.Ordinal) == true ? text.Replace("\"\"", "\"", StringComparison.Ordinal) : text;
    }

    private bool Whole(CsvRow row, Column column, out int? value, int least)
    {
        ReadOnlySpan<byte> text = Field(row, column);
        value = null;
        if (text.IsEmpty)
        {
            return true;
        }

        if (least != int.MinValue)
        {
            bool good = Tokens(NameOf(column), text, out int tokens, least);
            value = tokens;
            return good;
        }

        bool whole = Numbers.Whole(text, out long number) && number is >= int.MinValue and <= int.MaxValue;
        value = whole ? (int)number : null;
        return whole || Bad(NameOf(column), text, "is not a whole number of 32 bits");
    }

    private bool Deadline(CsvRow row, out Duration? deadline)
    {
        ReadOnlySpan<byte> text = Field(row, Column.DeadlineSeconds);
        deadline = null;
        if (text.IsEmpty)
        {
            return true;
        }

        bool good = Time(NameOf(Column.DeadlineSeconds), text, Second, out Instant time);
        deadline = new Duration(time.Nanoseconds);
        return good;
    }

    private bool Hashes(CsvRow row, out ulong[] hashes)
    {
        _hashes.Clear();
        hashes = [];
        ReadOnlySpan<byte> list = Field(row, Column.PrefixHashes);
        foreach (Range range in list.SplitAny("; "u8))
        {
            ReadOnlySpan<byte> text = list[range];
            if (text.IsEmpty)
            {
                continue;
            }

            bool hexadecimal = text.StartsWith("0x"u8);
            NumberStyles style = hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
            if (!ulong.TryParse(hexadecimal ? text[2..] : text, style, CultureInfo.InvariantCulture, out ulong hash))
            {
                return Bad(NameOf(Column.PrefixHashes), text, "is not an unsigned number of 64 bits (decimal, or hexadecimal after 0x)");
            }

            _hashes.Add(hash);
        }

        hashes = [.. _hashes];
        return true;
    }

    private bool BlockSize(CsvRow row, ulong[] hashes, out int block)
    {
        ReadOnlySpan<byte> text = Field(row, Column.BlockTokens);
        block = 0;
        if (text.IsEmpty && hashes.Length == 0)
        {
            return true;
        }

        return text.IsEmpty
            ? Bad(NameOf(Column.BlockTokens), "is missing, though there are prefix hashes")
            : Tokens(NameOf(Column.BlockTokens), text, out block, hashes.Length == 0 ? 0 : 1);
    }

    private sealed class PlimsollRows : TraceRowWriter
    {
        private static readonly RequestDetails Nothing = new();

        private readonly bool _recorded;

        public PlimsollRows(Stream stream, bool recorded)
            : base(stream)
        {
            _recorded = recorded;
            Put("arrival_seconds,prompt_tokens,output_tokens"u8);
            foreach (string column in OptionalColumns)
            {
                Put(","u8);
                PutField(column);
            }

            Put(recorded ? ",recorded\n"u8 : "\n"u8);
        }

        public override void Write(in InferenceRequest request)
        {
            PutSeconds(request.Arrival.Nanoseconds);
            Put(","u8);
            Put(request.PromptTokens);
            Put(","u8);
            Put(request.OutputTokens);
            PutDetails(request.Details ?? Nothing);
            Put(_recorded ? ",1\n"u8 : "\n"u8);
        }

        private void PutDetails(RequestDetails details)
        {
            PutNext(details.ExternalId);
            PutNext(details.Session);
            PutNext(details.Client);
            PutNext(details.Model);
            PutNext(details.Adapter);
            PutNext(details.Priority == 0 ? null : details.Priority);
            Put(","u8);
            if (details.Deadline is { } deadline)
            {
                PutSeconds(deadline.Nanoseconds);
            }

            PutNext(details.OutputLower);
            PutNext(details.OutputUpper);
            Put(","u8);
            for (int i = 0; i < details.PrefixHashArray.Length; i++)
            {
                Put(i == 0 ? ""u8 : ";"u8);
                PutUnsigned(details.PrefixHashArray[i]);
            }

            PutNext(details.BlockTokens == 0 ? null : details.BlockTokens);
            PutNext(details.CancelledAfterTokens);
            PutNext(details.MaxOutputTokens);
        }

        private void PutNext(string? text)
        {
            Put(","u8);
            PutField(text);
        }

        private void PutNext(int? number)
        {
            Put(","u8);
            if (number is { } value)
            {
                Put((long)value);
            }
        }
    }
}
