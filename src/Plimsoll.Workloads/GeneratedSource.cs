using Plimsoll.Core;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Workloads;

/// <summary>
/// Requests from three independent distributions: arrivals, prompt lengths, output lengths. Each draws from its own stream of the
/// tree ("arrivals", "prompt", "output"), so that changing one leaves the others as they were. Allocates nothing per request.
/// </summary>
/// <param name="arrivals">When requests arrive; for a closed loop give <see cref="BacklogArrivals"/>.</param>
/// <param name="prompt">Prompt lengths in tokens.</param>
/// <param name="output">Output lengths in tokens.</param>
/// <param name="count">How many requests; fewer come only if the clock runs out.</param>
/// <param name="random">The run's dice.</param>
public sealed class GeneratedSource(
    OpenArrivals arrivals, LengthDistribution prompt, LengthDistribution output, long count, RandomTree random) : IRequestSource
{
    private RandomStream _arrivalDice = random.Stream("arrivals");
    private RandomStream _promptDice = random.Stream("prompt");
    private RandomStream _outputDice = random.Stream("output");
    private Instant _last = Instant.Zero;
    private long _next;

    /// <inheritdoc/>
    public int Read(Span<InferenceRequest> buffer)
    {
        int wanted = (int)Math.Min(buffer.Length, count - _next);
        for (int i = 0; i < wanted; i++)
        {
            _last = arrivals.Next(_last, _next, ref _arrivalDice);
            if (_last == Instant.Never)
            {
                return i;
            }

            buffer[i] = new InferenceRequest(
                new RequestId(_next++), _last, prompt.Sample(ref _promptDice), output.Sample(ref _outputDice));
        }

        return Math.Max(wanted, 0);
    }
}
