using Plimsoll.Core;
using Plimsoll.Policies.Balancing;
using Plimsoll.Serving.Barrier;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Testing;

/// <summary>The oracle of groups in lockstep: its workers tick one step at a time, each as long as the slowest of them takes.</summary>
public sealed class TickingGroup
{
    private readonly LockstepConfiguration _group;
    private readonly TickingReplica[] _workers;
    private readonly int[] _read;
    private readonly IBalancingPolicy _policy;
    private readonly int _slots;
    private readonly List<(InferenceRequest Request, LengthPrediction Prediction)> _pool = [];
    private readonly List<TickedGroupStep> _steps = [];
    private RandomStream _random;
    private long _outputBefore;

    /// <summary>A group without requests, with the dice of a <see cref="LockstepGroup"/> of number 0 from the same tree.</summary>
    public TickingGroup(LockstepConfiguration group, ReplicaConfiguration replica, RandomTree random)
    {
        _group = group;
        _workers = [.. Enumerable.Range(0, group.Workers).Select(i => new TickingReplica(replica, random.Stream($"replica {i}")))];
        _read = new int[group.Workers];
        _policy = group.Balancing.Create();
        _slots = group.SlotsPerWorker ?? replica.Rules.MaxSequences;
        _random = random.Stream("balancing 0");
    }

    /// <summary>Every step it ran.</summary>
    public IReadOnlyList<TickedGroupStep> Steps => _steps;

    /// <summary>Time in which nobody was there.</summary>
    public Int128 RestedPicoseconds { get; private set; }

    /// <summary>Most blocks each worker held at once.</summary>
    public IEnumerable<long> PeakBlocks => _workers.Select(worker => worker.PeakBlocks);

    /// <summary>Serves all requests; returns what became of them, and the worker that served each, −1 for none.</summary>
    public List<RequestTimeline> Run(IReadOnlyList<InferenceRequest> requests, Func<InferenceRequest, LengthPrediction> predict)
    {
        var ended = new List<RequestTimeline>();
        int arrived = 0;
        Int128 now = 0;
        Int128 resting = 0;
        while (true)
        {
            bool idle = _pool.Count == 0 && !_workers.Any(worker => worker.Runs || worker.Requests > 0);
            if (idle && arrived == requests.Count)
            {
                return ended;
            }

            Int128 before = now;
            now = idle ? Int128.Max(now, (Int128)requests[arrived].Arrival.Nanoseconds * 1000) : now;
            resting += now - before;
            for (; arrived < requests.Count && (Int128)requests[arrived].Arrival.Nanoseconds * 1000 <= now; arrived++)
            {
                Arrive(requests[arrived], predict(requests[arrived]), ended);
            }

            bool joined = Place(now);
            foreach (TickingReplica worker in _workers)
            {
                worker.Compose(now);
            }

            if (!_workers.Any(worker => worker.Runs))
            {
                // Whoever arrived was refused, and the rest goes on.
                continue;
            }

            RestedPicoseconds += resting;
            resting = 0;

            long shared = _group.SharedPicosecondsPerToken * _workers.Sum(worker => worker.Runs ? worker.StepTokens() : 0);
            long[] own = [.. _workers.Select(worker => worker.Runs ? worker.StepPicoseconds() : 0)];
            long[] times = [.. own.Select(time => time > 0 ? time + shared : 0)];
            int[] inside = [.. _workers.Select(worker => worker.Requests)];
            long slowest = Math.Max(own.Max(), own.Contains(0) ? _group.IdlePicoseconds : 0) + shared;
            now += slowest;
            for (; arrived < requests.Count && (Int128)requests[arrived].Arrival.Nanoseconds * 1000 <= now; arrived++)
            {
                Arrive(requests[arrived], predict(requests[arrived]), ended);
            }

            foreach (TickingReplica worker in _workers)
            {
                worker.EndStep(now);
            }

            Collect(ended);
            long[] loads = [.. _workers.Select(worker => worker.Placed.Sum(placed => placed.HeldTokens))];
            long output = ended.Sum(timeline => (long)timeline.OutputTokens)
                + _workers.Sum(worker => worker.Placed.Sum(placed => (long)placed.GeneratedTokens));
            _steps.Add(new TickedGroupStep(slowest, joined, times, loads, inside, output - _outputBefore));
            _outputBefore = output;
        }
    }

    private void Arrive(in InferenceRequest request, in LengthPrediction prediction, List<RequestTimeline> ended)
    {
        // Any worker would say the same; one that is asked and refuses keeps nothing.
        var asked = new TickingReplica(_workers[0].Configuration);
        if (asked.Take(request, prediction))
        {
            _pool.Add((request, prediction));
        }
        else
        {
            ended.Add(asked.Ended[0] with { Replica = -1 });
        }
    }

    private bool Place(Int128 now)
    {
        if (_pool.Count == 0 || _workers.All(worker => worker.Requests >= _slots))
        {
            return false;
        }

        var placements = new Placements();
        var view = new GroupView
        {
            Now = new Instant((long)(now / 1000)),
            Workers = _workers.Select(worker => new WorkerView
            {
                LoadTokens = worker.Placed.Sum(placed => placed.HeldTokens),
                Requests = worker.Requests,
                WaitingRequests = worker.Waiting,
                FreeSlots = Math.Max(0, _slots - worker.Requests),
            }).ToArray(),
            Placed = _workers.SelectMany(worker => worker.Placed).ToArray(),
            Waiting = _pool.Take(_group.PoolRequests)
                .Select(p => new WaitingRequest(p.Request.Id, p.Request.PromptTokens, p.Prediction.Point)).ToArray(),
        };
        _policy.Assign(view, placements, ref _random);
        foreach (Placement placement in placements.All)
        {
            (InferenceRequest request, LengthPrediction prediction) = _pool[placement.Waiting];
            _workers[placement.Worker].Take(request, prediction);
        }

        HashSet<int> taken = [.. placements.All.ToArray().Select(placement => placement.Waiting)];
        int place = 0;
        _pool.RemoveAll(_ => taken.Contains(place++));
        return taken.Count > 0;
    }

    private void Collect(List<RequestTimeline> ended)
    {
        for (int i = 0; i < _workers.Length; i++)
        {
            foreach (RequestTimeline timeline in _workers[i].Ended.Skip(_read[i]))
            {
                ended.Add(timeline with { Replica = i });
                if (timeline.Outcome == RequestOutcome.Completed)
                {
                    _policy.Learn(timeline.PromptTokens, timeline.OutputTokens);
                }
            }

            _read[i] = _workers[i].Ended.Count;
        }
    }
}
