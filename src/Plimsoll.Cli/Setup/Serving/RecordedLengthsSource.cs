using Plimsoll.Core;
using Plimsoll.Workloads;

namespace Plimsoll.Cli.Setup.Serving;

/// <summary>Requests of a live gateway as traffic of a simulation that begins with the first of them.</summary>
internal sealed class RecordedLengthsSource(IReadOnlyList<InferenceRequest> requests) : IRequestSource
{
    private int _next;

    public int Read(Span<InferenceRequest> buffer)
    {
        int count = Math.Min(buffer.Length, requests.Count - _next);
        for (int i = 0; i < count; i++, _next++)
        {
            buffer[i] = requests[_next] with { Arrival = Instant.Zero + (requests[_next].Arrival - requests[0].Arrival) };
        }

        return count;
    }
}
