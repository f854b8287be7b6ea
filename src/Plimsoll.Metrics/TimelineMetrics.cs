using Plimsoll.Core;

namespace Plimsoll.Metrics;

/// <summary>The latencies of one completed request, by the definitions every report uses.</summary>
public static class TimelineMetrics
{
    /// <summary>Time to first token: first output token − arrival.</summary>
    public static Duration Ttft(in RequestTimeline timeline) => timeline.FirstToken - timeline.Arrival;

    /// <summary>End-to-end latency: end − arrival.</summary>
    public static Duration E2e(in RequestTimeline timeline) => timeline.Finished - timeline.Arrival;

    /// <summary>Time spent waiting anywhere: first tokens in a step − arrival.</summary>
    public static Duration Queue(in RequestTimeline timeline) => timeline.Scheduled - timeline.Arrival;

    /// <summary>Whether the time per output token is defined: it takes two tokens to have a gap.</summary>
    public static bool HasTpot(in RequestTimeline timeline) => timeline.OutputTokens > 1;

    /// <summary>Time per output token after the first: (E2E − TTFT) / (output tokens − 1), to the nearest nanosecond, halves up.</summary>
    /// <exception cref="ArgumentException">There are fewer than two output tokens.</exception>
    public static Duration Tpot(in RequestTimeline timeline)
    {
        if (!HasTpot(timeline))
        {
            throw new ArgumentException("TPOT needs at least two output tokens.", nameof(timeline));
        }

        ulong gaps = (ulong)(timeline.OutputTokens - 1);
        ulong decode = (ulong)(timeline.Finished - timeline.FirstToken).Nanoseconds;
        return new Duration((long)((decode + (gaps / 2)) / gaps));
    }
}
