using Plimsoll.Core;
using Plimsoll.Workloads;

namespace Plimsoll.Simulation;

/// <summary>
/// The next request, taken from a source block by block. In a closed loop the source says only what comes, and each end of a request
/// says when: the next one arrives at that instant.
/// </summary>
internal sealed class ArrivalStream
{
    private const int Block = 256;

    private readonly IRequestSource _source;
    private InferenceRequest[] _buffer = new InferenceRequest[Block];
    private InferenceRequest[] _used = new InferenceRequest[Block];
    private readonly bool _closed;
    private int _next;
    private int _count;
    private long _places;
    private Instant _freedAt;

    public ArrivalStream(IRequestSource source, int? closedConcurrency)
    {
        (_source, _closed, _places) = (source, closedConcurrency is not null, closedConcurrency ?? 0);
        Refill();
    }

    /// <summary>When the next request arrives; never when there is none, or when a closed loop has no place for it yet.</summary>
    public Instant NextTime => _count == 0 ? Instant.Never
        : !_closed ? _buffer[_next].Arrival
        : _places > 0 ? _freedAt
        : Instant.Never;

    /// <summary>Takes the next request, which stays where it is until another is taken.</summary>
    public ref readonly InferenceRequest Take()
    {
        ref InferenceRequest request = ref _buffer[_next];
        if (_closed)
        {
            _places--;
            request = request with { Arrival = _freedAt };
        }

        if (++_next == _count)
        {
            Refill();
        }

        return ref request;
    }

    /// <summary>A request ended: in a closed loop the next one follows.</summary>
    public void Free(Instant now)
    {
        if (_closed)
        {
            _places++;
            _freedAt = now;
        }
    }

    private void Refill()
    {
        _next = 0;
        (_buffer, _used) = (_used, _buffer);
        _count = _source.Read(_buffer);
    }
}
