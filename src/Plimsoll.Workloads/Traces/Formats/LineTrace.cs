using System.Text;
using System.Text.Unicode;
using Plimsoll.Core;
using Plimsoll.Workloads.Traces.Text;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>Reads a trace line by line: numbers the requests, watches the order of arrivals, reports what is wrong.</summary>
internal abstract class LineTrace(TraceInput input) : ITraceSource
{
    private Instant _last = Instant.Zero;
    private bool _ended;

    public TraceFormat Format => input.Format;

    public TraceNotes Notes { get; } = new();

    protected TraceOptions Options => input.Options;

    protected TextPool Names { get; } = new();

    /// <summary>Whether nothing comes after the line that is being parsed.</summary>
    protected bool IsLastLine => input.Lines.Peek(1).IsEmpty;

    /// <summary>False where a format is known to be unsorted; it is then wrapped in <see cref="SortedTrace"/>.</summary>
    protected virtual bool InOrder => true;

    public int Read(Span<InferenceRequest> buffer)
    {
        int count = 0;
        while (count < buffer.Length && TryNext(out InferenceRequest request))
        {
            buffer[count++] = request;
        }

        return count;
    }

    /// <summary>A request from one line; false if the line gives none, after reporting why if it is the line's fault.</summary>
    protected abstract bool TryParse(ReadOnlySpan<byte> line, out InferenceRequest request);

    /// <summary>One more request from the line before, for formats that hold several in a line.</summary>
    protected virtual bool TryMore(out InferenceRequest request)
    {
        request = default;
        return false;
    }

    protected bool TryHeader(out ReadOnlySpan<byte> line) => input.Lines.Next(out line) is LineResult.Line;

    protected void BadFile(string field, string reason)
    {
        _ended = true;
        input.Problems.AddFile(new TraceProblem(input.Name, input.Lines.LineNumber, field, reason));
    }

    protected bool Bad(string field, string reason)
    {
        Notes.BadRows += input.Problems.AddRow(new TraceProblem(input.Name, input.Lines.LineNumber, field, reason)) ? 1 : 0;
        return false;
    }

    /// <summary>Reports a value that cannot be used, quoting its beginning.</summary>
    protected bool Bad(string field, ReadOnlySpan<byte> value, string reason)
    {
        if (value.IsEmpty)
        {
            return Bad(field, reason);
        }

        if (!Utf8.IsValid(value) || value.ContainsAnyInRange((byte)0, (byte)8))
        {
            return Bad(field, "is not text");
        }

        string text = Encoding.UTF8.GetString(value[..Math.Min(value.Length, 40)]);
        return Bad(field, $"'{text}{(value.Length > 40 ? "…" : "")}' {reason}");
    }

    protected bool Tokens(string field, ReadOnlySpan<byte> text, out int tokens, int least = 1) =>
        Numbers.Tokens(text, least, out tokens) is not { } reason || Bad(field, text, reason);

    protected bool Time(string field, ReadOnlySpan<byte> text, long unitNanoseconds, out Instant time)
    {
        string? reason = Numbers.Nanoseconds(text, unitNanoseconds, out long nanoseconds);
        time = new Instant(nanoseconds);
        return reason is null || Bad(field, text, reason);
    }

    private bool TryNext(out InferenceRequest request)
    {
        while (TryRaw(out request))
        {
            if (InOrder && request.Arrival < _last)
            {
                Bad("", $"time goes backwards: {request.Arrival} after {_last}");
                continue;
            }

            _last = request.Arrival;
            request = request with { Id = new RequestId(Notes.Requests++) };
            return true;
        }

        return false;
    }

    private bool TryRaw(out InferenceRequest request)
    {
        if (TryMore(out request))
        {
            return true;
        }

        while (!_ended)
        {
            LineResult result = input.Lines.Next(out ReadOnlySpan<byte> line);
            if (result is LineResult.End)
            {
                End();
            }
            else if (result is LineResult.TooLong)
            {
                Bad("", $"the line is longer than {LineScanner.MaxLineBytes} bytes");
            }
            else if (!line.Trim(" \t\r"u8).IsEmpty && TryParse(line, out request))
            {
                return true;
            }
        }

        return false;
    }

    private void End()
    {
        _ended = true;
        if (input.Lines.Damage is { } damage)
        {
            BadFile("", damage);
        }
        else if (Notes.Requests + Notes.FailedRows + Notes.BadRows == 0)
        {
            BadFile("", "there are no requests in the file");
        }
    }
}
