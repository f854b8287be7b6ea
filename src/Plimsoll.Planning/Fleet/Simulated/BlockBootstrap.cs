using Plimsoll.Core;
using Plimsoll.Planning.LoadLine.Simulated;
using Plimsoll.Workloads;

namespace Plimsoll.Planning.Fleet.Simulated;

/// <summary>
/// Traffic like a recording, different in every run: stretches of consecutive requests, each from a place drawn at random, put one after
/// the other; the recording is taken as a ring. Within a stretch bursts and lengths stay as they were, and every request keeps the gap
/// before it. Source: the circular block bootstrap of Politis and Romano (1992).
/// </summary>
/// <param name="recorded">The recording in order of arrival, at least one request.</param>
/// <param name="blockRequests">Requests in a stretch, from 1; as many as were recorded for one start and the order of the
/// recording.</param>
/// <param name="rateFactor">Gaps are divided by this, above 0.</param>
/// <param name="count">How many requests.</param>
/// <param name="random">The dice; the stream called "stretches" is used.</param>
public sealed class BlockBootstrap(
    IReadOnlyList<InferenceRequest> recorded, int blockRequests, double rateFactor, long count, RandomTree random) : IRequestSource
{
    private readonly bool _ring = blockRequests >= recorded.Count;
    private RandomStream _dice = random.Stream("stretches");
    private Instant _last = Instant.Zero;
    private long _start;
    private long _next;

    /// <inheritdoc/>
    public int Read(Span<InferenceRequest> buffer)
    {
        int wanted = (int)Math.Min(buffer.Length, count - _next);
        for (int i = 0; i < wanted; i++)
        {
            long within = _ring ? _next : _next % blockRequests;
            if (within == 0)
            {
                _start = _dice.NextBelow(recorded.Count);
            }

            long place = _start + within;
            int index = (int)(place % recorded.Count);
            InferenceRequest request = recorded[index];
            double gap = GapNanoseconds(index) / rateFactor;
            if (gap >= long.MaxValue - _last.Nanoseconds)
            {
                return i;
            }

            _last = new Instant(_last.Nanoseconds + (long)(gap + 0.5));
            buffer[i] = request with
            {
                Id = new RequestId(_next++),
                Arrival = _last,
                Details = _ring ? DrawnRequests.Fresh(request.Details, place / recorded.Count) : request.Details,
            };
        }

        return Math.Max(wanted, 0);
    }

    // Where the ring closes the gap is the mean one.
    private double GapNanoseconds(int index) => index > 0
        ? (recorded[index].Arrival - recorded[index - 1].Arrival).Nanoseconds
        : (double)(recorded[^1].Arrival - recorded[0].Arrival).Nanoseconds / Math.Max(1, recorded.Count - 1);
}
