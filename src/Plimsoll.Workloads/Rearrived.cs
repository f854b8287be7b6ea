using Plimsoll.Core;
using Plimsoll.Workloads.Arrivals;

namespace Plimsoll.Workloads;

/// <summary>The requests of another source with new times; their order stays. Ends early if the clock runs out.</summary>
/// <param name="requests">Where the requests come from.</param>
/// <param name="arrivals">When they arrive instead.</param>
/// <param name="random">The run's dice; the stream called "arrivals" is used.</param>
public sealed class Rearrived(IRequestSource requests, OpenArrivals arrivals, RandomTree random) : IRequestSource
{
    private RandomStream _dice = random.Stream("arrivals");
    private Instant _last = Instant.Zero;
    private long _count;

    /// <inheritdoc/>
    public int Read(Span<InferenceRequest> buffer)
    {
        int read = requests.Read(buffer);
        for (int i = 0; i < read; i++)
        {
            _last = arrivals.Next(_last, _count, ref _dice);
            if (_last == Instant.Never)
            {
                return i;
            }

            buffer[i] = buffer[i] with { Id = new RequestId(_count++), Arrival = _last };
        }

        return read;
    }
}
