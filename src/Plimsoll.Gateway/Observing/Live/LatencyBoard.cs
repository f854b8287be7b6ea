using Plimsoll.Core;

namespace Plimsoll.Gateway.Observing.Live;

/// <summary>The latencies that people watch, over one minute and five.</summary>
internal sealed class LatencyBoard
{
    private const int OneMinute = 6;
    private const int FiveMinutes = 30;

    private readonly Lock _lock = new();
    private readonly (string Name, SlidingLatency Values)[] _kinds =
    [
        ("queue_seconds", new SlidingLatency()),
        ("ttft_seconds", new SlidingLatency()),
        ("tpot_seconds", new SlidingLatency()),
        ("e2e_seconds", new SlidingLatency()),
    ];

    /// <summary>A request ended; null for what was not measured.</summary>
    public void Add(Duration? queue, Duration? firstToken, Duration? perToken, Duration? total, Instant now)
    {
        lock (_lock)
        {
            AddTo(0, queue, now);
            AddTo(1, firstToken, now);
            AddTo(2, perToken, now);
            AddTo(3, total, now);
        }
    }

    /// <summary>Each kind over one minute and over five, in the same order always.</summary>
    public IReadOnlyList<(string Name, LatencyWindow OneMinute, LatencyWindow FiveMinutes)> Read(Instant now)
    {
        lock (_lock)
        {
            return [.. _kinds.Select(kind => (kind.Name, kind.Values.Over(OneMinute, now), kind.Values.Over(FiveMinutes, now)))];
        }
    }

    private void AddTo(int kind, Duration? value, Instant now)
    {
        if (value is { } known)
        {
            _kinds[kind].Values.Add(known, now);
        }
    }
}
