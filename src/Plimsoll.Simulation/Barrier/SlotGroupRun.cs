using Plimsoll.Core;
using Plimsoll.Metrics;
using Plimsoll.Metrics.Barrier;
using Plimsoll.Metrics.Sampling;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Barrier;
using Plimsoll.Serving.Replica;
using Plimsoll.Workloads;

namespace Plimsoll.Simulation.Barrier;

/// <summary>
/// One run of a barrier group of slots in virtual time. Between two steps: requests that have arrived are revealed while the pool has
/// room, the policy is asked once, and whoever left the pool makes room for the next, who is seen before the next step but one.
/// </summary>
public sealed class SlotGroupRun
{
    private const int GlanceEvery = 1024;
    private static readonly Duration FirstSampleInterval = Duration.FromMilliseconds(10);

    private readonly SlotGroupScenario _scenario;
    private readonly IRunObserver? _observer;
    private readonly ArrivalStream _arrivals;
    private readonly SlotGroup _group;
    private readonly MetricsCollector _metrics;
    private readonly BarrierMeter _barrier;
    private readonly SlotEnergy? _energy;
    private readonly LoadSampler _loads = new();
    private readonly TimeSeriesSampler _sampler = new(Instant.Zero, FirstSampleInterval);
    private readonly ReplicaReport[] _reports;
    private readonly ILengthPredictor? _predictor;
    private readonly PredictionQuality? _quality;
    private readonly long[] _stepLoads;
    private long _revealed;
    private long _ended;
    private int _peakRunningOnWorker;

    private SlotGroupRun(SlotGroupScenario scenario, IRequestSource source, RandomTree random, IRunObserver? observer)
    {
        _scenario = scenario;
        _observer = observer;
        _arrivals = new ArrivalStream(source, scenario.ClosedConcurrency);
        _group = new SlotGroup(scenario.Group, random.Stream("balancing"));
        _metrics = new MetricsCollector(scenario.WarmUpEnd, scenario.Objectives);
        _barrier = new BarrierMeter(scenario.Group.Workers);
        _energy = scenario.Power is { } power ? new SlotEnergy(power) : null;
        _predictor = scenario.Prediction?.Create(random);
        _quality = _predictor is null ? null : new PredictionQuality(scenario.Prediction!.ClassThresholdTokens);
        _reports = new ReplicaReport[scenario.Group.Workers];
        _stepLoads = new long[scenario.Group.Workers];
    }

    /// <summary>Runs traffic through a group until everything has ended, the scenario's stop, or the observer's.</summary>
    /// <param name="scenario">The group.</param>
    /// <param name="source">The traffic.</param>
    /// <param name="random">Chance, for the policy and for predictions: traffic has substreams of its own.</param>
    /// <param name="observer">Somebody who watches, or null.</param>
    /// <exception cref="NoProgressException">The policy leaves requests waiting in an empty group, and nobody else will come.</exception>
    public static SlotGroupOutcome Execute(
        SlotGroupScenario scenario, IRequestSource source, RandomTree random, IRunObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(source);
        return new SlotGroupRun(scenario, source, random, observer).Loop();
    }

    private SlotGroupOutcome Loop()
    {
        int untilGlance = GlanceEvery;
        bool stopped = false;
        while (!stopped)
        {
            Sample();
            Reveal();
            _group.Assign();
            Reveal();
            if (_group.Running == 0 && !WaitForArrival())
            {
                break;
            }

            if (_group.Now >= _scenario.StopAt)
            {
                break;
            }

            if (_group.Running > 0)
            {
                Step();
            }

            if (--untilGlance == 0)
            {
                untilGlance = GlanceEvery;
                stopped = _observer is not null && !_observer.Continue(_group.Now, _revealed, _ended);
            }
        }

        return Conclude();
    }

    private void Reveal()
    {
        while (_group.PoolHasRoom && _arrivals.NextTime <= _group.Now)
        {
            ref readonly InferenceRequest request = ref _arrivals.Take();
            _metrics.RecordArrival(request.Arrival);
            _group.Reveal(request, _predictor?.Predict(request) ?? LengthPrediction.None);
            _revealed++;
        }
    }

    // An empty group lets time pass until somebody comes, or until the run stops.
    private bool WaitForArrival()
    {
        Instant next = _group.PoolHasRoom ? _arrivals.NextTime : Instant.Never;
        if (next == Instant.Never)
        {
            return _group.Waiting == 0
                ? false
                : throw new NoProgressException(_scenario.Group.Balancing.ToString(), _group.Now, _group.Waiting);
        }

        next = next < _scenario.StopAt ? next : _scenario.StopAt;
        if (next > _group.Now)
        {
            Duration empty = next - _group.Now;
            _barrier.Empty(empty, _energy?.OfNothing(_reports.Length, empty) ?? double.NaN);
            _group.WaitUntil(next);
        }

        return true;
    }

    private void Step()
    {
        Instant arrival = _group.PoolHasRoom ? _arrivals.NextTime : Instant.Never;
        Instant start = _group.Now;
        SlotSteps steps = _group.Step(arrival < _scenario.StopAt ? arrival : _scenario.StopAt);
        Measure(steps, start);
        foreach (EndedRequest ended in _group.Ended)
        {
            Record(ended);
        }

        _group.ClearEnded();
    }

    private void Measure(SlotSteps steps, Instant start)
    {
        long elapsed = 0;
        foreach (long requests in steps.WorkerRequests)
        {
            _peakRunningOnWorker = Math.Max(_peakRunningOnWorker, (int)requests);
        }

        for (long step = 0; step < steps.Count; step++)
        {
            long longest = 0;
            for (int worker = 0; worker < _stepLoads.Length; worker++)
            {
                _stepLoads[worker] = steps.LoadTokens[worker] + (step * steps.WorkerRequests[worker]);
                longest = Math.Max(longest, steps.WorkerPicosecondsIn(step, worker));
            }

            double joules = _energy?.OfStep(steps, step, _stepLoads, longest) ?? double.NaN;
            _barrier.Step(_stepLoads, longest, steps.Requests, step == 0 && steps.FollowsAssignment, joules);
            elapsed += longest;
            _loads.Step(start + new Duration(elapsed / Picoseconds.PerNanosecond), _stepLoads);
        }
    }

    private void Record(in EndedRequest ended)
    {
        ref readonly RequestTimeline timeline = ref ended.Timeline;
        _ended++;
        _metrics.Record(timeline);
        _barrier.Ended(timeline);
        _arrivals.Free(timeline.Finished);
        _observer?.Ended(timeline);
        if (_predictor is not null)
        {
            _quality!.Record(ended.Prediction, timeline.OutputTokens);
            var request = new InferenceRequest(timeline.Id, timeline.Arrival, timeline.PromptTokens, timeline.OutputTokens, ended.Details);
            _predictor.Learn(request, timeline.OutputTokens);
        }
    }

    private void Sample()
    {
        if (!_sampler.Due(_group.Now))
        {
            return;
        }

        for (int worker = 0; worker < _reports.Length; worker++)
        {
            _reports[worker] = new ReplicaReport(new ReplicaId(worker), _group.Now, _group.RunningOn(worker), 0, 0, 0);
        }

        _sampler.Sample(_group.Now, _reports, _group.Waiting, _metrics.Totals);
    }

    private SlotGroupOutcome Conclude()
    {
        long inside = (long)_group.Running + _group.Waiting;
        _metrics.RecordEnd(_group.Now);
        Invariant.Holds(_metrics.Counts.InFlight == inside, "submitted = completed + rejected + failed + cancelled + in flight");
        return new SlotGroupOutcome
        {
            Scenario = _scenario,
            Metrics = _metrics,
            Barrier = _barrier,
            Loads = _loads.Samples,
            Series = _sampler.ToTimeSeries(),
            Prediction = _quality,
            PeakRunningOnWorker = _peakRunningOnWorker,
            Partial = inside > 0 || _arrivals.NextTime != Instant.Never,
            End = _group.Now,
        };
    }
}
