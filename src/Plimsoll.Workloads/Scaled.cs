using Plimsoll.Core;

namespace Plimsoll.Workloads;

/// <summary>
/// The requests of another source, arriving <paramref name="rateFactor"/> times as fast: every time is divided by the factor.
/// </summary>
/// <param name="requests">Where the requests come from.</param>
/// <param name="rateFactor">Positive; 2 doubles the rate. Times beyond the clock are held at its end.</param>
public sealed class Scaled(IRequestSource requests, double rateFactor) : IRequestSource
{
    /// <inheritdoc/>
    public int Read(Span<InferenceRequest> buffer)
    {
        int read = requests.Read(buffer);
        for (int i = 0; i < read; i++)
        {
            double nanoseconds = Math.Round(buffer[i].Arrival.Nanoseconds / rateFactor);
            buffer[i] = buffer[i] with { Arrival = nanoseconds < long.MaxValue ? new Instant((long)nanoseconds) : Instant.Never };
        }

        return read;
    }
}
