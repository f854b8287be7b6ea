using System.Globalization;
using Plimsoll.Core;
using Plimsoll.Metrics;
using Plimsoll.Metrics.Sampling;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Barrier;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Replica;
using Plimsoll.Simulation.Barrier;
using Plimsoll.Workloads;

namespace Plimsoll.Simulation;

/// <summary>
/// One run in virtual time: arrivals go down the river, replicas wake when they have something to decide, and what ended flows into
/// the metrics. Events are ordered by instant, then kind (arrival, poll, wake), then replica.
/// </summary>
public sealed class SimulationRun
{
    private const int EventsBetweenGlances = 4096;
    private static readonly Instant Outdated = new(-1);
    private static readonly Duration FirstSampleInterval = Duration.FromMilliseconds(10);

    private readonly FleetScenario _scenario;
    private readonly IRunObserver? _observer;
    private readonly ArrivalStream _arrivals;
    private readonly Dispatcher _dispatcher;
    private readonly DispatchEffects _effects = new();
    private readonly IReplica[] _replicas;
    private readonly GroupMeter[] _meters;
    private readonly ReplicaReport[] _reports;
    private readonly WakeQueue _wakes;
    private readonly MetricsCollector _metrics;
    private readonly TimeSeriesSampler _sampler = new(Instant.Zero, FirstSampleInterval);
    private readonly bool _tellsReplicas;
    private readonly bool _tellsMemory;

    // Through when the dispatcher knows what a replica would tell.
    private readonly Instant[] _toldThrough;
    private readonly ILengthPredictor? _predictor;
    private readonly bool _predictsForOrder;
    private readonly bool _tellsTenants;
    private readonly bool _expires;
    private readonly PredictionQuality? _quality;
    private Instant _nextPoll = Instant.Never;
    private Instant _now = Instant.Zero;
    private long _arrived;
    private long _ended;

    private SimulationRun(FleetScenario scenario, IRequestSource source, RandomTree random, IRunObserver? observer)
    {
        _scenario = scenario;
        _observer = observer;
        _arrivals = new ArrivalStream(source, scenario.ClosedConcurrency);
        _dispatcher = new Dispatcher(scenario.Dispatch, scenario.Replicas, random.Stream("routing"));
        _meters = scenario.Lockstep is { } group
            ? [.. Enumerable.Range(0, scenario.Replicas).Select(_ => new GroupMeter(group.Workers, scenario.Power, scenario.AcceleratorsPerReplica))]
            : [];
        _replicas = [.. Enumerable.Range(0, scenario.Replicas).Select(i => ReplicaOf(i, random))];
        _predictor = scenario.Prediction?.Create(random);
        _quality = scenario.Prediction is { } prediction ? new PredictionQuality(prediction.ClassThresholdTokens) : null;
        _predictsForOrder = _predictor is not null && scenario.Dispatch.Signals.HasFlag(Signals.PredictedLength);
        _tellsTenants = scenario.Dispatch.Signals.HasFlag(Signals.Tenant);
        _expires = scenario.Dispatch.WindowRequests is not null;
        _reports = new ReplicaReport[scenario.Replicas * (scenario.Lockstep?.Workers ?? 1)];
        _wakes = new WakeQueue(scenario.Replicas);
        _metrics = new MetricsCollector(scenario.WarmUpEnd, scenario.Objectives);
        bool polled = scenario.ReportInterval > Duration.Zero;
        _tellsReplicas = !polled && (scenario.Dispatch.Signals & (Signals.Queue | Signals.KvMemory)) != 0;
        _tellsMemory = scenario.Dispatch.Signals.HasFlag(Signals.KvMemory);
        _toldThrough = new Instant[scenario.Replicas];
        Array.Fill(_toldThrough, Outdated);
        _nextPoll = polled ? Instant.Zero : Instant.Never;
        for (int i = 0; i < _replicas.Length; i++)
        {
            _dispatcher.OnReport(_replicas[i].Report(_now));
        }
    }

    /// <summary>Runs traffic through a fleet until everything has ended, the scenario's stop, or the observer's.</summary>
    /// <param name="scenario">The fleet.</param>
    /// <param name="source">The traffic.</param>
    /// <param name="random">Chance, for routing only: traffic has substreams of its own.</param>
    /// <param name="observer">Somebody who watches, or null.</param>
    public static SimulationOutcome Execute(FleetScenario scenario, IRequestSource source, RandomTree random, IRunObserver? observer = null) =>
        new SimulationRun(scenario, source, random, observer).Loop();

    private IReplica ReplicaOf(int index, RandomTree random) => _scenario.Lockstep is { } group
        ? new LockstepGroup(new ReplicaId(index), group, _scenario.Replica, random, _meters[index])
        : new ReplicaEngine(
            new ReplicaId(index), _scenario.Replica with { RecordsActivity = _scenario.Power is not null }, DiceOf(random, index));

    private static RandomStream DiceOf(RandomTree random, int replica) =>
        random.Stream(string.Create(CultureInfo.InvariantCulture, $"replica {replica}"));

    private SimulationOutcome Loop()
    {
        int untilGlance = EventsBetweenGlances;
        bool stopped = false;
        while (true)
        {
            Instant arrival = _arrivals.NextTime;
            Instant wake = _wakes.FirstTime;
            Instant next = arrival <= wake ? arrival : wake;
            bool expires = _expires && _dispatcher.NextDeadline < next;
            next = expires ? _dispatcher.NextDeadline : next;
            if (next == Instant.Never || next > _scenario.StopAt)
            {
                stopped = next != Instant.Never;
                break;
            }

            if (_nextPoll <= next && _nextPoll < arrival)
            {
                Poll();
                continue;
            }

            _now = next;
            if (_sampler.Due(next))
            {
                TakeSample();
            }

            if (expires)
            {
                _dispatcher.OnTimer(_now, _effects);
                Execute();
            }
            else if (arrival <= wake)
            {
                Arrive(in _arrivals.Take());
            }
            else
            {
                WakeFirst();
            }

            if (--untilGlance == 0)
            {
                untilGlance = EventsBetweenGlances;
                if (_observer is not null && !_observer.Continue(_now, _arrived, _ended))
                {
                    stopped = true;
                    break;
                }
            }
        }

        return Conclude(stopped);
    }

    private void Arrive(in InferenceRequest request)
    {
        _arrived++;
        _metrics.RecordArrival(request.Arrival);
        if (_tellsReplicas)
        {
            TellDispatcher();
        }

        _dispatcher.OnArrival(_predictsForOrder ? Predicted(request) : request, _now, _effects);
        Execute();
    }

    private InferenceRequest Predicted(in InferenceRequest request) => request with
    {
        Details = (request.Details ?? new RequestDetails()).WithPrediction(_predictor!.Predict(request).Point),
    };

    // Only what it does not know yet: how many wait and run changes seldom, KV memory in every step.
    private void TellDispatcher()
    {
        for (int i = 0; i < _toldThrough.Length; i++)
        {
            if (_now > _toldThrough[i])
            {
                IReplica replica = _replicas[i];
                _dispatcher.OnReport(replica.Report(_now));
                _toldThrough[i] = _tellsMemory ? Outdated : replica.CountsHoldThrough;
            }
        }
    }

    private void WakeFirst()
    {
        int index = _wakes.First;
        IReplica replica = _replicas[index];
        replica.Wake(_now);
        _wakes.Set(index, replica.NextWake);
        _toldThrough[index] = Outdated;
        if (_scenario.Replica.RecordsStays)
        {
            TellStays((ReplicaEngine)replica);
        }

        ReadOnlySpan<EndedRequest> ended = replica.Ended;
        if (ended.IsEmpty)
        {
            return;
        }

        foreach (ref readonly EndedRequest end in ended)
        {
            if (_meters.Length > 0)
            {
                _meters[index].Barrier.Ended(end.Timeline);
            }

            Record(end.Timeline);
            Learn(end);
            _dispatcher.OnEnded(index, end.ChargedTokens, _now, _effects, _tellsTenants ? ServedOf(end) : default);
        }

        replica.ClearEnded();
        Execute();
    }

    // Does what the dispatcher wants done. What a replica refuses has ended, which may let the dispatcher send the next.
    private void Execute()
    {
        for (int i = 0; i < _effects.All.Length; i++)
        {
            ref readonly DispatchEffect effect = ref _effects.All[i];
            if (effect.Kind == DispatchEffectKind.Reject)
            {
                Refuse(effect.Request, effect.Reason, replica: -1);
                continue;
            }

            (int index, int charged) = (effect.Replica, effect.ChargedTokens);
            IReplica replica = _replicas[index];
            LengthPrediction prediction = _predictor?.Predict(effect.Request) ?? LengthPrediction.None;
            RejectReason reason = replica.Submit(effect.Request, prediction, charged, _now);
            _toldThrough[index] = Outdated;
            if (reason == RejectReason.None)
            {
                _wakes.Set(index, replica.NextWake);
            }
            else
            {
                Refuse(effect.Request, reason, _scenario.Lockstep is null ? index : -1);
                _dispatcher.OnEnded(index, charged, _now, _effects, ServedTokens.InVain(effect.Request));
            }
        }

        _effects.Clear();
    }

    private void Refuse(in InferenceRequest request, RejectReason reason, int replica) => Record(new RequestTimeline
    {
        Id = request.Id,
        Arrival = request.Arrival,
        Scheduled = Instant.Never,
        FirstToken = Instant.Never,
        Finished = _now,
        PromptTokens = request.PromptTokens,
        Replica = replica,
        Outcome = RequestOutcome.Rejected,
        RejectReason = reason,
    });

    private void Record(in RequestTimeline timeline)
    {
        _ended++;
        _metrics.Record(timeline);
        _arrivals.Free(_now);
        _observer?.Ended(timeline);
    }

    private void Learn(in EndedRequest end)
    {
        if (_predictor is null || end.Timeline.Outcome != RequestOutcome.Completed)
        {
            return;
        }

        ref readonly RequestTimeline timeline = ref end.Timeline;
        _quality!.Record(end.Prediction, timeline.OutputTokens);
        _predictor.Learn(new(timeline.Id, timeline.Arrival, timeline.PromptTokens, timeline.OutputTokens, end.Details), timeline.OutputTokens);
    }

    private static ServedTokens ServedOf(in EndedRequest end) => ServedTokens.Of(
        new(end.Timeline.Id, end.Timeline.Arrival, end.Timeline.PromptTokens, end.Timeline.OutputTokens, end.Details), end.Timeline.OutputTokens);

    private void TellStays(ReplicaEngine replica)
    {
        if (replica.Stays.Count == 0)
        {
            return;
        }

        foreach (Stay stay in replica.Stays)
        {
            _observer?.Left(stay);
        }

        replica.ClearStays();
    }

    private void Poll()
    {
        _now = _nextPoll;
        foreach (IReplica replica in _replicas)
        {
            _dispatcher.OnReport(replica.Report(_now));
        }

        _nextPoll += _scenario.ReportInterval;
    }

    private void TakeSample()
    {
        int next = 0;
        int pooled = 0;
        foreach (IReplica replica in _replicas)
        {
            if (replica is not LockstepGroup group)
            {
                _reports[next++] = replica.Report(_now);
                continue;
            }

            pooled += group.PooledRequests;
            for (int worker = 0; worker < group.Workers; worker++)
            {
                _reports[next++] = group.Report(worker, _now);
            }
        }

        _sampler.Sample(_now, _reports, _dispatcher.QueuedRequests + pooled, _metrics.Totals);
    }

    private SimulationOutcome Conclude(bool stopped)
    {
        // A step that computes rows in vain may outlive the last request: then nothing is left.
        long inside = _replicas.Sum(replica => (long)replica.Requests) + _dispatcher.QueuedRequests;
        bool partial = stopped && (inside > 0 || _arrivals.NextTime != Instant.Never);
        Instant end = partial && _scenario.StopAt < Instant.Never && _scenario.StopAt > _now ? _scenario.StopAt : _now;
        _metrics.RecordEnd(end);
        Invariant.Holds(_metrics.Counts.InFlight == inside, "submitted = completed + rejected + failed + cancelled + in flight");
        for (int i = 0; i < _replicas.Length; i++)
        {
            if (_replicas[i] is ReplicaEngine engine)
            {
                // What it leapt over until the stop counts.
                engine.Report(end);
            }

            _replicas[i].CheckAtEnd();
            if (_replicas[i] is LockstepGroup { Rests: true } group && end > group.StandsAt)
            {
                _meters[i].Rested((end - group.StandsAt).Nanoseconds * Picoseconds.PerNanosecond);
            }
        }

        return new SimulationOutcome
        {
            Scenario = _scenario,
            Metrics = _metrics,
            Series = _sampler.ToTimeSeries(),
            Replicas = [.. _replicas.SelectMany(ReplicaOutcome.Of)],
            Groups = [.. _meters.Select(meter => meter.Outcome)],
            Prediction = _quality,
            Partial = partial,
            End = end,
        };
    }
}
