using Plimsoll.Core;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>
/// Spreads requests that share a time over the bucket they were recorded in: request k of n moves by k/n of three seconds, or of the
/// time to the next bucket if that is shorter. Holds one bucket.
/// </summary>
internal sealed class SpreadBuckets(ITraceSource inner) : ITraceSource
{
    private const long BucketNanoseconds = 3_000_000_000;
    private readonly List<InferenceRequest> _bucket = [];
    private readonly InferenceRequest[] _next = new InferenceRequest[1];
    private bool _hasNext;
    private int _given;
    private long _width;

    public TraceFormat Format => inner.Format;

    public TraceNotes Notes => inner.Notes;

    public int Read(Span<InferenceRequest> buffer)
    {
        int count = 0;
        while (count < buffer.Length && (_given < _bucket.Count || ReadBucket()))
        {
            InferenceRequest request = _bucket[_given];
            long shift = (long)((Int128)_width * _given / _bucket.Count);
            _given++;
            buffer[count++] = request with { Arrival = new Instant(request.Arrival.Nanoseconds + shift) };
        }

        return count;
    }

    private bool ReadBucket()
    {
        _bucket.Clear();
        _given = 0;
        _width = BucketNanoseconds;
        if (!_hasNext && inner.Read(_next) == 0)
        {
            return false;
        }

        Instant time = _next[0].Arrival;
        do
        {
            _bucket.Add(_next[0]);
            _hasNext = inner.Read(_next) > 0;
        }
        while (_hasNext && _next[0].Arrival == time);
        _width = _hasNext ? Math.Min(_width, (_next[0].Arrival - time).Nanoseconds) : Math.Min(_width, long.MaxValue - time.Nanoseconds);
        return true;
    }
}
