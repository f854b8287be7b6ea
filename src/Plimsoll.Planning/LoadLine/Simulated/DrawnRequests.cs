using Plimsoll.Core;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Arrivals;

namespace Plimsoll.Planning.LoadLine.Simulated;

/// <summary>
/// Recorded requests at a rate of our own, as many as are wanted. Without content each is drawn from all of them, prompt and output
/// together; with content (prefix hashes) they come in their order, because reuse depends on it, from a place drawn at random, and every
/// further pass has content of its own.
/// </summary>
/// <param name="recorded">At least one request.</param>
/// <param name="arrivals">When they arrive.</param>
/// <param name="count">How many.</param>
/// <param name="random">The dice.</param>
public sealed class DrawnRequests(IReadOnlyList<InferenceRequest> recorded, OpenArrivals arrivals, long count, RandomTree random) : IRequestSource
{
    private readonly bool _inOrder = recorded.Any(request => request.Details is { BlockTokens: > 0 });
    private readonly long _start = FirstOf(recorded, random);
    private RandomStream _arrivalDice = random.Stream("arrivals");
    private RandomStream _dice = random.Stream("requests");
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

            long place = _inOrder ? _start + _next : _dice.NextBelow(recorded.Count);
            InferenceRequest request = recorded[(int)(place % recorded.Count)];
            buffer[i] = request with
            {
                Id = new RequestId(_next++),
                Arrival = _last,
                Details = Fresh(request.Details, place / recorded.Count),
            };
        }

        return Math.Max(wanted, 0);
    }

    private static long FirstOf(IReadOnlyList<InferenceRequest> recorded, RandomTree random)
    {
        RandomStream dice = random.Stream("first request");
        return dice.NextBelow(recorded.Count);
    }

    private static RequestDetails? Fresh(RequestDetails? details, long pass) => details is not { BlockTokens: > 0 } || pass == 0 ? details
        : new RequestDetails
        {
            BlockTokens = details.BlockTokens,
            PrefixHashArray = [.. details.PrefixHashArray.Select(hash => StableHash.Combine(hash, (ulong)pass))],
            MaxOutputTokens = details.MaxOutputTokens,
        };
}
