using Plimsoll.Core;

namespace Plimsoll.Metrics.Tests;

/// <summary>Timelines in one line, in milliseconds.</summary>
internal static class Timelines
{
    public static Instant Ms(double milliseconds) => Instant.FromSeconds(milliseconds / 1e3);

    public static RequestTimeline Completed(
        long id,
        double arrival,
        double scheduled,
        double firstToken,
        double finished,
        int prompt = 100,
        int output = 10,
        int replica = 0,
        int cached = 0,
        int preemptions = 0) => new()
        {
            Id = new RequestId(id),
            Arrival = Ms(arrival),
            Scheduled = Ms(scheduled),
            FirstToken = Ms(firstToken),
            Finished = Ms(finished),
            PromptTokens = prompt,
            OutputTokens = output,
            Replica = replica,
            CachedTokens = cached,
            Preemptions = preemptions,
            Outcome = RequestOutcome.Completed,
        };

    public static RequestTimeline Rejected(long id, double arrival, RejectReason reason) => new()
    {
        Id = new RequestId(id),
        Arrival = Ms(arrival),
        Scheduled = Instant.Never,
        FirstToken = Instant.Never,
        Finished = Ms(arrival),
        PromptTokens = 100,
        Replica = -1,
        Outcome = RequestOutcome.Rejected,
        RejectReason = reason,
    };

    public static RequestTimeline Cancelled(long id, double arrival, double finished, int delivered) => new()
    {
        Id = new RequestId(id),
        Arrival = Ms(arrival),
        Scheduled = Ms(arrival),
        FirstToken = delivered > 0 ? Ms(arrival) : Instant.Never,
        Finished = Ms(finished),
        PromptTokens = 100,
        OutputTokens = delivered,
        Outcome = RequestOutcome.Cancelled,
    };

    /// <summary>A thousand requests or so of every kind, drawn from a seed.</summary>
    public static RequestTimeline[] Random(ulong seed, int count)
    {
        RandomStream random = new(seed);
        RequestTimeline[] timelines = new RequestTimeline[count];
        double clock = 0;
        for (int i = 0; i < count; i++)
        {
            clock += -Math.Log(random.NextOpenUnit()) * 40;
            timelines[i] = Draw(i, clock, ref random);
        }

        return timelines;
    }

    /// <summary>A collector that saw every arrival, then every end, and was closed when <paramref name="closeAt"/> is given.</summary>
    public static MetricsCollector Collect(
        IEnumerable<RequestTimeline> timelines,
        Instant? closeAt = null,
        MetricsCollector? into = null)
    {
        MetricsCollector collector = into ?? new MetricsCollector();
        foreach (RequestTimeline timeline in timelines)
        {
            collector.RecordArrival(timeline.Arrival);
            collector.Record(in timeline);
        }

        if (closeAt is { } end)
        {
            collector.RecordEnd(end);
        }

        return collector;
    }

    private static RequestTimeline Draw(int id, double clock, ref RandomStream random)
    {
        double queue = random.NextOpenUnit() * 30;
        double prefill = 5 + (random.NextOpenUnit() * 200);
        int output = 1 + (int)random.NextBelow(300);
        double decode = (output - 1) * (8 + (random.NextOpenUnit() * 20));
        return random.NextBelow(20) switch
        {
            0 => Rejected(id, clock, RejectReason.QueueFull),
            1 => Cancelled(id, clock, clock + queue + prefill, output),
            _ => Completed(
                id, clock, clock + queue, clock + queue + prefill, clock + queue + prefill + decode,
                1 + (int)random.NextBelow(4000), output, (int)random.NextBelow(4), 0, (int)random.NextBelow(2)),
        };
    }
}
