using Plimsoll.Core;

namespace Plimsoll.Workloads;

/// <summary>A piece of another source, its ids and times counted from the piece's own start.</summary>
public sealed class Sliced : IRequestSource
{
    private readonly IRequestSource _requests;
    private readonly long _firstRequest;
    private readonly long _endRequest;
    private readonly Instant _from;
    private readonly Instant _until;
    private Instant? _zero;
    private long _seen;
    private long _given;
    private bool _ended;

    private Sliced(IRequestSource requests, (long First, long End) range, Instant from, Instant until, Instant? zero)
    {
        _requests = requests;
        (_firstRequest, _endRequest) = range;
        (_from, _until, _zero) = (from, until, zero);
    }

    /// <summary>
    /// Requests that arrive at or after <paramref name="from"/> and before <paramref name="until"/>; time zero becomes
    /// <paramref name="from"/>.
    /// </summary>
    public static Sliced ByTime(IRequestSource requests, Instant from, Instant until) =>
        new(requests, (0, long.MaxValue), from, until, from);

    /// <summary>
    /// Requests number <paramref name="first"/> (0-based) up to but not including <paramref name="end"/>; time zero becomes the arrival
    /// of the first of them.
    /// </summary>
    public static Sliced ByRequest(IRequestSource requests, long first, long end) =>
        new(requests, (first, end), Instant.Zero, Instant.Never, null);

    /// <inheritdoc/>
    public int Read(Span<InferenceRequest> buffer)
    {
        int kept = 0;
        while (kept == 0 && !_ended)
        {
            int read = _requests.Read(buffer);
            _ended = read == 0;
            for (int i = 0; i < read && !_ended; i++)
            {
                kept += Keep(buffer[i], ref buffer[kept]) ? 1 : 0;
            }
        }

        return kept;
    }

    private bool Keep(in InferenceRequest request, ref InferenceRequest place)
    {
        long index = _seen++;
        _ended = index >= _endRequest || request.Arrival >= _until;
        if (_ended || index < _firstRequest || request.Arrival < _from)
        {
            return false;
        }

        _zero ??= request.Arrival;
        place = request with { Id = new RequestId(_given++), Arrival = new Instant((request.Arrival - _zero.Value).Nanoseconds) };
        return true;
    }
}
