using Plimsoll.Core;

namespace Plimsoll.Gateway.Observing.Live;

/// <summary>
/// The traffic of one pool in the last minutes: rates, and each completed request as lengths, session and prefix hashes, never text. At
/// most <see cref="MostRequests"/> requests and <see cref="MostHashes"/> hashes are kept; the oldest go first.
/// </summary>
internal sealed class PoolTraffic
{
    /// <summary>Most requests kept.</summary>
    public const int MostRequests = 50_000;

    /// <summary>Most prefix hashes kept, of all requests together: eight megabytes.</summary>
    public const int MostHashes = 1_000_000;

    private const int Slices = 7;

    private readonly Lock _lock = new();
    private readonly RecentRequests _completed = new(MostRequests, MostHashes);
    private readonly Totals[] _slices = new Totals[Slices];

    private enum Count
    {
        Arrived,
        Completed,
        Refused,
        Failed,
        PromptTokens,
        OutputTokens,
        PerTokenNanoseconds,
        Timed,
    }

    /// <summary>A request arrived.</summary>
    public void Arrived(Instant now)
    {
        lock (_lock)
        {
            At(now)[Count.Arrived]++;
        }
    }

    /// <summary>A request ended.</summary>
    /// <param name="outcome">How.</param>
    /// <param name="request">With the lengths that it had in truth.</param>
    /// <param name="perToken">Time for each output token after the first, if it was measured.</param>
    /// <param name="now">When.</param>
    public void Ended(ExchangeOutcome outcome, in InferenceRequest request, Duration? perToken, Instant now)
    {
        lock (_lock)
        {
            Totals slice = At(now);
            if (outcome == ExchangeOutcome.Completed)
            {
                slice[Count.Completed]++;
                slice[Count.PromptTokens] += request.PromptTokens;
                slice[Count.OutputTokens] += request.OutputTokens;
                _completed.Add(request);
            }
            else if (outcome != ExchangeOutcome.Cancelled)
            {
                slice[outcome == ExchangeOutcome.Rejected ? Count.Refused : Count.Failed]++;
            }

            if (perToken is { } time)
            {
                slice[Count.PerTokenNanoseconds] += time.Nanoseconds;
                slice[Count.Timed]++;
            }
        }
    }

    /// <summary>Rates over the last minute.</summary>
    public TrafficRates Rates(Instant now)
    {
        lock (_lock)
        {
            long last = NumberOf(now);
            var sum = new Totals(0);
            foreach (Totals slice in _slices)
            {
                if (slice is not null && slice.Number > last - (Slices - 1) && slice.Number <= last)
                {
                    sum.Add(slice);
                }
            }

            // The window begins with its first slice, or with the gateway.
            double from = Math.Max(0, last - (Slices - 2)) * SlidingLatency.Slice.Seconds;
            double seconds = Math.Max(1, now.Seconds - from);
            return new TrafficRates
            {
                ArrivedPerSecond = sum[Count.Arrived] / seconds,
                CompletedPerSecond = sum[Count.Completed] / seconds,
                RefusedPerSecond = sum[Count.Refused] / seconds,
                FailedPerSecond = sum[Count.Failed] / seconds,
                PromptTokensPerSecond = sum[Count.PromptTokens] / seconds,
                OutputTokensPerSecond = sum[Count.OutputTokens] / seconds,
                MeanPromptTokens = (double)sum[Count.PromptTokens] / sum[Count.Completed],
                MeanOutputTokens = (double)sum[Count.OutputTokens] / sum[Count.Completed],
                SecondsPerOutputToken = sum[Count.PerTokenNanoseconds] / 1e9 / sum[Count.Timed],
            };
        }
    }

    /// <summary>The completed requests that arrived since an instant, in order of arrival, numbered from 0.</summary>
    /// <param name="since">The instant.</param>
    /// <param name="most">No more than these, the latest.</param>
    public IReadOnlyList<InferenceRequest> Since(Instant since, int most)
    {
        lock (_lock)
        {
            return _completed.Since(since, most);
        }
    }

    private Totals At(Instant now)
    {
        long number = NumberOf(now);
        ref Totals slice = ref _slices[number % Slices];
        if (slice is null || slice.Number < number)
        {
            slice = new Totals(number);
        }

        return slice;
    }

    private static long NumberOf(Instant now) => now.Nanoseconds / SlidingLatency.Slice.Nanoseconds;

    private sealed class Totals(long number)
    {
        private readonly long[] _counts = new long[Enum.GetValues<Count>().Length];

        public long Number => number;

        public ref long this[Count what] => ref _counts[(int)what];

        public void Add(Totals other)
        {
            for (int i = 0; i < _counts.Length; i++)
            {
                _counts[i] += other._counts[i];
            }
        }
    }
}
