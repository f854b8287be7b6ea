using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Sampling;

namespace Plimsoll.Metrics.Tests.Reports;

/// <summary>
/// A make-believe fleet, just lifelike enough to look at: first come first served, each replica with a fixed number of slots, decoding
/// slower the fuller it is, under a rate that swells and ebbs.
/// </summary>
internal sealed class SampleRun
{
    private const int BlocksPerReplica = 6000;

    private readonly int _slots;
    private readonly Queue<RequestTimeline> _queue = new();
    private readonly PriorityQueue<RequestTimeline, long> _running = new();
    private readonly int[] _load;
    private readonly long[] _blocks;
    private readonly TimeAverage[] _runningMean;
    private readonly TimeAverage[] _blocksMean;
    private readonly TimeSeriesSampler _sampler = new(Instant.Zero, Duration.FromMilliseconds(50));
    private readonly MetricsCollector _metrics;

    private SampleRun(int replicas, int slots, ServiceObjectives objectives)
    {
        _slots = slots;
        _load = new int[replicas];
        _blocks = new long[replicas];
        _runningMean = new TimeAverage[replicas];
        _blocksMean = new TimeAverage[replicas];
        _metrics = new MetricsCollector(Instant.Zero, objectives);
    }

    public static RunReport Simulate(int requests = 6000, int replicas = 8, int slots = 24, ulong seed = 42, double rate = 26)
    {
        SampleRun run = new(replicas, slots, new ServiceObjectives(Duration.FromMilliseconds(1000), Duration.FromMilliseconds(50)));
        return run.Drive(requests, seed, rate) with { Title = "Llama-3.1-8B on 8 replicas, swelling traffic", Seed = seed };
    }

    private RunReport Drive(int requests, ulong seed, double rate)
    {
        RandomStream random = new(seed);
        double clock = 0;
        for (int id = 0; id < requests; id++)
        {
            double swell = 1 + (0.45 * Math.Sin(clock / 40));
            clock += -Math.Log(random.NextOpenUnit()) / (rate * swell);
            Instant now = Instant.FromSeconds(clock);
            FinishUntil(now);
            Observe(now);
            Arrive(id, now, ref random);
        }

        FinishUntil(Instant.Never);
        Instant end = _metrics.End;
        _metrics.RecordEnd(end);
        return Report(end);
    }

    private void Arrive(int id, Instant now, ref RandomStream random)
    {
        _metrics.RecordArrival(now);
        RequestTimeline request = new()
        {
            Id = new RequestId(id),
            Arrival = now,
            PromptTokens = Length(900, 1.1, ref random),
            OutputTokens = Length(140, 0.8, ref random),
            Outcome = RequestOutcome.Completed,
        };
        if (_queue.Count >= 120)
        {
            request.Outcome = RequestOutcome.Rejected;
            request.RejectReason = RejectReason.QueueFull;
            (request.Scheduled, request.FirstToken, request.Finished) = (Instant.Never, Instant.Never, now);
            (request.OutputTokens, request.Replica) = (0, -1);
            _metrics.Record(in request);
            return;
        }

        request.CachedTokens = random.NextBelow(3) == 0 ? request.PromptTokens / 2 : 0;
        _queue.Enqueue(request);
        Start(now);
    }

    private void Start(Instant now)
    {
        while (_queue.Count > 0 && Array.IndexOf(_load, _load.Min()) is int replica && _load[replica] < _slots)
        {
            RequestTimeline request = _queue.Dequeue();
            double step = 0.012 + (0.0011 * _load[replica]);
            request.Replica = replica;
            request.Scheduled = now;
            request.FirstToken = now + Duration.FromSeconds(0.015 + ((request.PromptTokens - request.CachedTokens) * 0.00009));
            request.Finished = request.FirstToken + Duration.FromSeconds(step * (request.OutputTokens - 1));
            Move(replica, 1, Blocks(in request), now);
            _running.Enqueue(request, request.Finished.Nanoseconds);
        }
    }

    private void FinishUntil(Instant now)
    {
        while (_running.TryPeek(out RequestTimeline request, out long at) && at <= now.Nanoseconds)
        {
            Observe(request.Finished);
            _running.Dequeue();
            Move(request.Replica, -1, -Blocks(in request), request.Finished);
            _metrics.Record(in request);
            Start(request.Finished);
        }
    }

    private void Move(int replica, int running, long blocks, Instant now)
    {
        _load[replica] += running;
        _blocks[replica] += blocks;
        _runningMean[replica].Set(now, _load[replica]);
        _blocksMean[replica].Set(now, _blocks[replica]);
    }

    private void Observe(Instant now)
    {
        if (_sampler.Due(now))
        {
            ReplicaReport[] reports =
                [.. _load.Select((load, i) => new ReplicaReport(new ReplicaId(i), now, load, 0, _blocks[i], BlocksPerReplica))];
            _sampler.Sample(now, reports, _queue.Count, _metrics.Totals);
        }
    }

    private RunReport Report(Instant end)
    {
        ReplicaSummary[] replicas =
        [
            .. _load.Select((_, i) => new ReplicaSummary(
                i,
                _metrics.Replicas[i].Requests,
                _metrics.Replicas[i].OutputTokens,
                _runningMean[i].MeanAt(end),
                _blocksMean[i].MeanAt(end) / BlocksPerReplica,
                (double)_blocksMean[i].Peak / BlocksPerReplica,
                Math.Min(1, 0.6 + (_runningMean[i].MeanAt(end) / _slots / 3)))),
        ];
        return RunReport.From(_metrics) with
        {
            Kv = new KvSummary(
                replicas.Average(r => r.KvMeanUtilization),
                replicas.Max(r => r.KvPeakUtilization),
                17,
                (long)BlocksPerReplica * replicas.Length,
                16,
                (double)_metrics.CachedPromptTokens / _metrics.PromptTokens),
            Batch = new BatchSummary(48_211, replicas.Average(r => r.MeanRunning), _slots, 0.0213),
            Replicas = replicas,
            Series = _sampler.ToTimeSeries(),
            Configuration =
            [
                new("model", "Llama-3.1-8B"), new("gpu", "1 × H100 SXM"), new("replicas", "8"), new("batching", "vllm"),
                new("routing", "least-requests"), new("arrivals", "a rate that swells and ebbs, mean 26 per second"),
                new("prompt", "lognormal:900:1650"), new("output", "lognormal:140:190"), new("admission", "queue-depth-limit:120"),
            ],
            Notes =
            [
                "The step time is the catalogue's roofline for this GPU; nobody has measured this pair.",
                "Prefix hits are estimated from the trace, not from an engine's events.",
            ],
            Wall = new WallSummary(0.0127, 472_440, 96L << 20),
        };
    }

    private static long Blocks(in RequestTimeline request) => (request.PromptTokens + request.OutputTokens + 15) / 16;

    private static int Length(double median, double sigma, ref RandomStream random)
    {
        double normal = Math.Sqrt(-2 * Math.Log(random.NextOpenUnit())) * Math.Cos(2 * Math.PI * random.NextOpenUnit());
        return 1 + (int)Math.Min(16_000, median * Math.Exp(sigma * normal));
    }
}
