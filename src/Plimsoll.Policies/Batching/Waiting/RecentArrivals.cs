using Plimsoll.Core;

namespace Plimsoll.Policies.Batching.Waiting;

/// <summary>What the latest arrivals at a replica were like: how fast they came, and their lengths by type.</summary>
/// <param name="types">Types, from 1.</param>
internal sealed class RecentArrivals(int types)
{
    private const int Window = 1024;

    private readonly Arrival[] _ring = new Arrival[Window];
    private readonly TypeSums[] _sums = new TypeSums[types];
    private int _next;

    /// <summary>Arrivals that it remembers.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Arrivals a second: gaps over the time they took, a nanosecond at least; 0 before the second arrival.
    /// </summary>
    public double RatePerSecond
    {
        get
        {
            if (Count < 2)
            {
                return 0;
            }

            Instant first = _ring[Count < Window ? 0 : _next].At;
            Instant last = _ring[(_next + Window - 1) % Window].At;
            return (Count - 1) * 1e9 / Math.Max(1, (last - first).Nanoseconds);
        }
    }

    /// <summary>Arrivals of a type that it remembers.</summary>
    public int CountOf(int type) => _sums[type].Requests;

    /// <summary>Their mean prompt length in tokens; 0 if there are none.</summary>
    public double MeanPromptTokens(int type) => _sums[type].Requests == 0 ? 0 : (double)_sums[type].PromptTokens / _sums[type].Requests;

    /// <summary>Their mean output length in tokens as predicted; 0 if there are none.</summary>
    public double MeanOutputTokens(int type) => _sums[type].Requests == 0 ? 0 : (double)_sums[type].OutputTokens / _sums[type].Requests;

    /// <summary>One more; the oldest is forgotten.</summary>
    public void Add(in QueuedRequest request, int type, Instant now)
    {
        ref Arrival place = ref _ring[_next];
        if (Count == Window)
        {
            _sums[place.Type].Add(place, -1);
        }
        else
        {
            Count++;
        }

        place = new(now, type, request.PromptTokens, Math.Max(1, request.Prediction.Point));
        _sums[type].Add(place, 1);
        _next = (_next + 1) % Window;
    }

    private readonly record struct Arrival(Instant At, int Type, int PromptTokens, int OutputTokens);

    private struct TypeSums
    {
        public int Requests;
        public long PromptTokens;
        public long OutputTokens;

        public void Add(in Arrival arrival, int times)
        {
            Requests += times;
            PromptTokens += times * (long)arrival.PromptTokens;
            OutputTokens += times * (long)arrival.OutputTokens;
        }
    }
}
