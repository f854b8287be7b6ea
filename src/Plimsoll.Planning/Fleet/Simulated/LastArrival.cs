using Plimsoll.Core;
using Plimsoll.Workloads;

namespace Plimsoll.Planning.Fleet.Simulated;

/// <summary>Passes requests on and remembers when the last came.</summary>
/// <param name="requests">Where they come from.</param>
internal sealed class LastArrival(IRequestSource requests) : IRequestSource
{
    /// <summary>When the last one so far arrives.</summary>
    public Instant Arrival { get; private set; } = Instant.Zero;

    /// <inheritdoc/>
    public int Read(Span<InferenceRequest> buffer)
    {
        int read = requests.Read(buffer);
        if (read > 0)
        {
            Arrival = buffer[read - 1].Arrival;
        }

        return read;
    }
}
