using Plimsoll.Core;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Workloads;

/// <summary>
/// Requests whose prompt and output lengths are drawn together. The streams are those of <see cref="GeneratedSource"/> ("arrivals",
/// "prompt", "output"). Allocates nothing per request.
/// </summary>
/// <param name="arrivals">When requests arrive; for a closed loop give <see cref="BacklogArrivals"/>.</param>
/// <param name="lengths">Their lengths.</param>
/// <param name="count">How many requests; fewer come only if the clock runs out.</param>
/// <param name="random">The run's dice.</param>
public sealed class PairedSource(OpenArrivals arrivals, ILengthPairs lengths, long count, RandomTree random) : IRequestSource
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

            (int prompt, int output) = lengths.Sample(ref _promptDice, ref _outputDice);
            buffer[i] = new InferenceRequest(new RequestId(_next++), _last, prompt, output);
        }

        return Math.Max(wanted, 0);
    }
}
