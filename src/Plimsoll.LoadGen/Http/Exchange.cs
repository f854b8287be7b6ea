using System.Buffers;
using System.Text;
using Plimsoll.LoadGen.Runs;
using Plimsoll.LoadGen.Timing;
using Plimsoll.Wire;

namespace Plimsoll.LoadGen.Http;

/// <summary>
/// One answer on its way: stamps its content by the clock, one stamp for each piece that the network brought, and says in the end what
/// became of the request.
/// </summary>
internal sealed class Exchange(RunClock clock)
{
    private const int LongestComplaint = 4096;
    private const int LongestQuote = 300;

    private readonly StreamScanner _scanner = new();
    private readonly List<long> _gaps = [];
    private readonly ArrayBufferWriter<byte> _complaint = new();
    private RequestRecord _record = null!;
    private ResponseHead _head;
    private long _stamp;

    /// <summary>Gaps between one piece with content and the next, in nanoseconds.</summary>
    public IReadOnlyList<long> Gaps => _gaps;

    /// <summary>Whether any byte of the answer has come.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Whether the client leaves now, as its request says it would.</summary>
    public bool HangsUp { get; private set; }

    public void Start(RequestRecord record)
    {
        _record = record;
        _scanner.Reset();
        _gaps.Clear();
        _complaint.ResetWrittenCount();
        (_head, _stamp, HasBegun, HangsUp) = (default, 0, false, record.CancelledAfterTokens == 0);
    }

    /// <summary>The network brought something.</summary>
    public void Arrived() => (_stamp, HasBegun) = (clock.Now, true);

    public void Begin(in ResponseHead head)
    {
        _head = head;
        _record.Status = head.Status;
    }

    /// <summary>The next piece of the body.</summary>
    public void Take(ReadOnlySpan<byte> piece)
    {
        if (!IsGoodStream)
        {
            _complaint.Write(piece[..Math.Min(piece.Length, LongestComplaint - _complaint.WrittenCount)]);
            return;
        }

        int events = _scanner.Watch(piece);
        if (events > 0)
        {
            Note(events);
        }
    }

    /// <summary>The answer is whole: what became of the request.</summary>
    public void Conclude()
    {
        _record.Finished = _record.LastContent >= 0 ? _record.LastContent : _stamp;
        _record.CountedPromptTokens = _scanner.PromptTokens ?? -1;
        _record.CountedOutputTokens = _scanner.OutputTokens ?? -1;
        _record.CachedTokens = _scanner.CachedTokens ?? -1;
        (_record.Outcome, _record.Reason) = HangsUp ? (LoadOutcome.Cancelled, null) : IsGoodStream ? OfStream() : OfComplaint();
    }

    private bool IsGoodStream => _head is { Status: >= 200 and < 300, IsEventStream: true };

    private void Note(int events)
    {
        if (_record.FirstContent < 0)
        {
            _record.FirstContent = _stamp;
        }
        else if (_stamp > _record.LastContent)
        {
            _gaps.Add(_stamp - _record.LastContent);
        }

        _record.LastContent = _stamp;
        _record.ContentEvents += events;
        int tokens = Math.Max(_record.ContentEvents, _scanner.OutputTokens ?? 0);
        HangsUp = _record.CancelledAfterTokens is { } most && tokens >= most;
    }

    private (LoadOutcome Outcome, string? Reason) OfStream()
    {
        if (_scanner.Failed)
        {
            return (LoadOutcome.Failed, "error in the stream: " + Quote(_scanner.ErrorMessage ?? "(no message)"));
        }

        if (!_scanner.HasChoices)
        {
            return (LoadOutcome.Failed, "the stream holds no answer of the OpenAI API");
        }

        if (!_scanner.Done && _scanner.FinishReason is null)
        {
            return (LoadOutcome.Failed, "the stream ended without [DONE]");
        }

        return _scanner.ContentEvents == 0 && _scanner.OutputTokens is null or 0
            ? (LoadOutcome.Failed, "the answer is empty")
            : (LoadOutcome.Completed, null);
    }

    private (LoadOutcome Outcome, string? Reason) OfComplaint()
    {
        _scanner.WatchWhole(_complaint.WrittenSpan);
        string said = _scanner.ErrorMessage ?? Encoding.UTF8.GetString(_complaint.WrittenSpan);
        if (_head.Status is >= 200 and < 300)
        {
            return (LoadOutcome.Failed, "the answer is not a stream of events: " + Quote(said));
        }

        LoadOutcome outcome = _head.Status is 429 or 503 ? LoadOutcome.Rejected : LoadOutcome.Failed;
        return (outcome, $"HTTP {_head.Status}: {Quote(said)}");
    }

    private static string Quote(string text)
    {
        string line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return line.Length == 0 ? "(nothing said)" : line.Length > LongestQuote ? line[..LongestQuote] + "…" : line;
    }
}
