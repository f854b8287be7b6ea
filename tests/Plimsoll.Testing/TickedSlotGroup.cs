using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Balancing;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Barrier;

namespace Plimsoll.Testing;

/// <summary>
/// The naive twin of a run of a barrier group of slots: one step at a time, every load added up from the requests anew, a list for each
/// thing. Slow and plain.
/// </summary>
public sealed class TickedSlotGroup
{
    private readonly SlotGroupConfiguration _configuration;
    private readonly IBalancingPolicy _policy;
    private readonly ILengthPredictor? _predictor;
    private readonly Queue<InferenceRequest> _coming;
    private readonly List<(InferenceRequest Request, LengthPrediction Prediction)> _pool = [];
    private readonly List<Running> _running = [];
    private RandomStream _random;
    private Int128 _now;

    /// <summary>Before anything has happened.</summary>
    public TickedSlotGroup(
        SlotGroupConfiguration configuration, IEnumerable<InferenceRequest> requests, ILengthPredictor? predictor, RandomStream random)
    {
        _configuration = configuration;
        _policy = configuration.Balancing.Create();
        _predictor = predictor;
        _coming = new Queue<InferenceRequest>(requests);
        _random = random;
    }

    /// <summary>Every request that has ended, in the order in which they did.</summary>
    public List<RequestTimeline> Timelines { get; } = [];

    /// <summary>Every step.</summary>
    public List<TickedSlotStep> Steps { get; } = [];

    /// <summary>Time in which nobody held a slot.</summary>
    public Int128 EmptyPicoseconds { get; private set; }

    private Instant Now => new((long)(_now / 1000));

    /// <summary>Runs to the end.</summary>
    public void Run()
    {
        while (true)
        {
            Reveal();
            bool joined = Assign();
            Reveal();
            if (_running.Count > 0)
            {
                Step(joined);
            }
            else if (_coming.Count > 0)
            {
                Int128 next = (Int128)_coming.Peek().Arrival.Nanoseconds * 1000;
                EmptyPicoseconds += next - ((Int128)Now.Nanoseconds * 1000);
                _now = next;
            }
            else
            {
                return;
            }
        }
    }

    private void Reveal()
    {
        while (_pool.Count < _configuration.PoolRequests && _coming.Count > 0 && _coming.Peek().Arrival <= Now)
        {
            InferenceRequest request = _coming.Dequeue();
            _pool.Add((request, _predictor?.Predict(request) ?? LengthPrediction.None));
        }
    }

    private bool Assign()
    {
        if (_pool.Count == 0 || _running.Count == _configuration.Workers * _configuration.SlotsPerWorker)
        {
            return false;
        }

        WorkerView[] workers = new WorkerView[_configuration.Workers];
        List<PlacedRequest> placed = [];
        for (int worker = 0; worker < workers.Length; worker++)
        {
            Running[] here = [.. On(worker)];
            workers[worker] = new WorkerView
            {
                LoadTokens = here.Sum(running => running.Held),
                Requests = here.Length,
                FreeSlots = _configuration.SlotsPerWorker - here.Length,
            };
            placed.AddRange(here.Select(r => new PlacedRequest(r.Request.PromptTokens, r.Generated, r.Prediction.Point)));
        }

        Placements placements = new();
        var view = new GroupView
        {
            Now = Now,
            Workers = workers,
            Placed = placed.ToArray(),
            Waiting = _pool.Select(w => new WaitingRequest(w.Request.Id, w.Request.PromptTokens, w.Prediction.Point)).ToArray(),
        };
        _policy.Assign(in view, placements, ref _random);
        foreach (Placement placement in placements.All)
        {
            (InferenceRequest request, LengthPrediction prediction) = _pool[placement.Waiting];
            _running.Add(new Running(request, prediction, placement.Worker, Now));
        }

        HashSet<int> gone = [.. placements.All.ToArray().Select(placement => placement.Waiting)];
        (InferenceRequest, LengthPrediction)[] left = [.. _pool.Where((_, index) => !gone.Contains(index))];
        _pool.Clear();
        _pool.AddRange(left);
        return gone.Count > 0;
    }

    private void Step(bool joined)
    {
        int requests = _running.Count;
        long picoseconds = 0;
        for (int worker = 0; worker < _configuration.Workers; worker++)
        {
            Running[] here = [.. On(worker)];
            if (here.Length > 0)
            {
                var shape = new BatchShape(0, 0, 0, here.Length, here.Sum(r => r.Held), here.Sum(r => (long)r.Request.PromptTokens));
                picoseconds = Math.Max(picoseconds, _configuration.StepTime.StepPicoseconds(shape));
            }
        }

        _now += picoseconds;
        foreach (Running running in _running)
        {
            running.Generated++;
            running.FirstToken ??= Now;
        }

        Running[] ended = [.. _running.Where(running => running.Generated == running.Request.OutputTokens)];
        _running.RemoveAll(ended.Contains);
        foreach (Running running in ended)
        {
            _policy.Learn(running.Request.PromptTokens, running.Request.OutputTokens);
        }

        foreach (Running running in ended)
        {
            Timelines.Add(running.Ended(Now));
            _predictor?.Learn(running.Request, running.Request.OutputTokens);
        }

        long[] loads = [.. Enumerable.Range(0, _configuration.Workers).Select(worker => On(worker).Sum(running => running.Held))];
        Steps.Add(new TickedSlotStep(picoseconds, requests, joined, loads));
    }

    private IEnumerable<Running> On(int worker) => _running.Where(running => running.Worker == worker);

    private sealed class Running(InferenceRequest request, LengthPrediction prediction, int worker, Instant scheduled)
    {
        public InferenceRequest Request => request;

        public LengthPrediction Prediction => prediction;

        public int Worker => worker;

        public int Generated { get; set; }

        public Instant? FirstToken { get; set; }

        public long Held => (long)request.PromptTokens + Generated;

        public RequestTimeline Ended(Instant now) => new()
        {
            Id = request.Id,
            Arrival = request.Arrival,
            Scheduled = scheduled,
            FirstToken = FirstToken!.Value,
            Finished = now,
            PromptTokens = request.PromptTokens,
            OutputTokens = request.OutputTokens,
            Replica = worker,
            Outcome = RequestOutcome.Completed,
        };
    }
}
