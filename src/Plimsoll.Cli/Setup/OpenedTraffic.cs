using Plimsoll.Core;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Cli.Setup;

/// <summary>
/// Traffic on its way, with what its reader has to say. The first block is read at once, so that a hopeless trace is refused at once.
/// </summary>
internal sealed class OpenedTraffic : IRequestSource, IDisposable
{
    private readonly IRequestSource _source;
    private readonly Stream? _stream;
    private readonly InferenceRequest[] _first = new InferenceRequest[256];
    private readonly int _firstCount;
    private int _next;

    public OpenedTraffic(IRequestSource source, ITraceSource? trace, Stream? stream, TraceProblems problems)
    {
        (_source, Trace, _stream, Problems) = (source, trace, stream, problems);
        _firstCount = source.Read(_first);
    }

    /// <summary>The trace it is read from; null for generated traffic.</summary>
    public ITraceSource? Trace { get; }

    public TraceProblems Problems { get; }

    public bool IsEmpty => _firstCount == 0;

    public int Read(Span<InferenceRequest> buffer)
    {
        if (_next == _firstCount)
        {
            return _source.Read(buffer);
        }

        int count = Math.Min(buffer.Length, _firstCount - _next);
        _first.AsSpan(_next, count).CopyTo(buffer);
        _next += count;
        return count;
    }

    /// <summary>Reads the rest without using it, so that every problem of the trace is known.</summary>
    public void ReadToEnd()
    {
        var buffer = new InferenceRequest[1024];
        while (Read(buffer) > 0)
        {
        }
    }

    public void Dispose() => _stream?.Dispose();
}
