using System.Buffers;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Plimsoll.Core;
using Plimsoll.Gateway.Access;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Gateway.Observing;
using Plimsoll.Wire;

namespace Plimsoll.Gateway.OpenAi;

/// <summary>One request and its answer, as far as they have come.</summary>
internal sealed class Exchange(HttpContext context, GatewayOptions options, Instant arrived)
{
    // Of an answer that is no stream, no more is kept for its usage; longer ones are embeddings.
    private const int MostKept = 1 << 20;

    private StreamScanner? _scanner;
    private byte[] _kept = [];
    private int _keptLength;
    private bool _isTooLong;

    public HttpContext Context => context;

    /// <summary>The options that it began under.</summary>
    public GatewayOptions Options => options;

    /// <summary>Its span; null while nobody traces.</summary>
    public Activity? Span { get; init; }

    /// <summary>The trace it belongs to; null while nobody traces.</summary>
    public string? Trace => Span?.TraceId.ToHexString();

    public CancellationToken HungUp => context.RequestAborted;

    public Instant Arrived => arrived;

    public RequestFacts Facts { get; set; } = new();

    public HeaderFacts Headers { get; set; }

    /// <summary>What the dispatcher is told; null before that is known.</summary>
    public InferenceRequest? Request { get; set; }

    public ModelPool? Pool { get; set; }

    /// <summary>Its prompt's tokens; null where they are estimated.</summary>
    public TokenizedPrompt? Prompt { get; set; }

    /// <summary>Whose key it came with; null where none is asked for.</summary>
    public KeyHolder? Holder { get; set; }

    public BodyBuffer? Body { get; set; }

    /// <summary>The field that keeps its prompt apart from other tenants' in the engines' caches; empty for none.</summary>
    public ReadOnlyMemory<byte> Salt { get; set; }

    /// <summary>When the answer must have begun; <see cref="Instant.Never"/> if that is the same to the client.</summary>
    public Instant Deadline { get; set; } = Instant.Never;

    /// <summary>Its number in the dispatcher; null before it has one.</summary>
    public RequestId? Number { get; set; }

    /// <summary>Output tokens that went by, as the engine counts them or, until it has, as events with content.</summary>
    public int OutputTokens => Scanner.OutputTokens ?? Scanner.ContentEvents;

    public int Attempts { get; set; }

    public string Replica { get; set; } = "";

    public Instant? FirstSent { get; set; }

    public Instant? FirstToken { get; private set; }

    public Instant? LastToken { get; private set; }

    public ExchangeOutcome? Outcome { get; private set; }

    public string Reason { get; private set; } = "";

    public bool AnswerStreams { get; set; }

    public StreamScanner Scanner => _scanner ??= new StreamScanner();

    /// <summary>How it ended; the first word counts.</summary>
    public void End(ExchangeOutcome outcome, string reason = "")
    {
        if (Outcome is null)
        {
            (Outcome, Reason) = (outcome, reason);
        }
    }

    /// <summary>Ends with an error of ours, which is the whole answer.</summary>
    public Task RefuseAsync(OpenAiError error)
    {
        End(error.Status >= StatusCodes.Status500InternalServerError && error.Status != StatusCodes.Status503ServiceUnavailable
            && error.Code != OpenAiError.DeadlineExceeded.Code ? ExchangeOutcome.Failed : ExchangeOutcome.Rejected, error.Code);
        return error.WriteAsync(context);
    }

    /// <summary>A piece of the answer goes by.</summary>
    public void Watch(ReadOnlySpan<byte> piece, GatewayClock clock)
    {
        if (!AnswerStreams)
        {
            Keep(piece);
        }
        else if (Scanner.Watch(piece) > 0)
        {
            LastToken = clock.Now;
            FirstToken ??= LastToken;
        }
    }

    /// <summary>The answer has gone by.</summary>
    public void WatchEnd()
    {
        if (!AnswerStreams && _keptLength > 0)
        {
            Scanner.WatchWhole(_kept.AsSpan(0, _keptLength));
            LetGo();
        }
    }

    private void Keep(ReadOnlySpan<byte> piece)
    {
        _isTooLong |= _keptLength + piece.Length > MostKept;
        if (_isTooLong)
        {
            LetGo();
            return;
        }

        if (_keptLength + piece.Length > _kept.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_keptLength + piece.Length, _kept.Length * 2));
            int length = _keptLength;
            _kept.AsSpan(0, length).CopyTo(larger);
            LetGo();
            (_kept, _keptLength) = (larger, length);
        }

        piece.CopyTo(_kept.AsSpan(_keptLength));
        _keptLength += piece.Length;
    }

    private void LetGo()
    {
        if (_kept.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_kept);
        }

        (_kept, _keptLength) = ([], 0);
    }
}
