using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Balancing;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Serving.Barrier;

/// <summary>
/// The barrier group of the published setting (Chen, Bu et al., arXiv:2601.17855; scheduling theory, section 3.1): G workers of B
/// slots that only decode. Prompts are there when a request joins; it stays on its worker until it ends; a step lasts as long
/// as its slowest worker's, and then every request has one token more. A pure machine: it moves when told to.
/// </summary>
/// <remarks>
/// <para>The host reveals requests while <see cref="PoolHasRoom"/>, then calls <see cref="Assign"/> once, then <see cref="Step"/>.</para>
/// <para>
/// A worker's context is the sum over its requests of prompt and tokens generated before the step, so that the published
/// C + t·max L is <c>AffineStepTime(C, 0, 0, t)</c>.
/// </para>
/// <para>
/// A request costs constant time when it joins, when it gives its first token and when it ends. Steps in which nobody ends and nobody
/// can join are taken together. Policies that look at more than numbers of requests are shown every request in every decision.
/// </para>
/// </remarks>
public sealed class SlotGroup
{
    private readonly SlotGroupConfiguration _configuration;
    private readonly IBalancingPolicy _policy;
    private readonly bool _showsPlaced;
    private readonly Worker[] _workers;

    // By worker, its slots: those taken come first, those free after them.
    private readonly int[] _slots;
    private readonly int[] _places;
    private readonly Resident[] _residents;
    private readonly CompletionWheel _completions = new();
    private readonly List<int> _newcomers = [];

    private readonly WaitingRequest[] _pool;
    private readonly Candidate[] _candidates;
    private readonly bool[] _taken;
    private readonly WorkerView[] _views;
    private readonly PlacedRequest[] _placed;
    private readonly Placements _placements = new();
    private readonly SlotLineEnvelope _slowest = new();
    private readonly SlotSteps _steps;
    private readonly List<EndedRequest> _ended = [];
    private RandomStream _random;
    private StepInstant _now;
    private long _step;
    private long _joined;

    /// <summary>An empty group at the start of time.</summary>
    /// <param name="configuration">What it is.</param>
    /// <param name="random">The policy's dice.</param>
    public SlotGroup(SlotGroupConfiguration configuration, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentOutOfRangeException.ThrowIfLessThan(configuration.Workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(configuration.SlotsPerWorker, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(configuration.PoolRequests, 1);
        int slots = checked(configuration.Workers * configuration.SlotsPerWorker);
        _configuration = configuration;
        _policy = configuration.Balancing.Create();
        _showsPlaced = (configuration.Balancing.Entry.Signals & ~Signals.Queue) != Signals.None;
        _random = random;
        _workers = new Worker[configuration.Workers];
        _views = new WorkerView[configuration.Workers];
        _slots = [.. Enumerable.Range(0, slots)];
        _places = [.. _slots];
        _residents = new Resident[slots];
        _placed = new PlacedRequest[_showsPlaced ? slots : 0];
        _pool = new WaitingRequest[configuration.PoolRequests];
        _candidates = new Candidate[configuration.PoolRequests];
        _taken = new bool[configuration.PoolRequests];
        _steps = new SlotSteps(configuration.Workers);
        FreeSlots = slots;
    }

    /// <summary>Now, rounded down to the nanosecond: the end of the last step.</summary>
    public Instant Now => _now.Stamp;

    /// <summary>Requests that hold a slot.</summary>
    public int Running => _residents.Length - FreeSlots;

    /// <summary>Slots nobody holds.</summary>
    public int FreeSlots { get; private set; }

    /// <summary>Requests in the pool.</summary>
    public int Waiting { get; private set; }

    /// <summary>Whether another request may be revealed.</summary>
    public bool PoolHasRoom => Waiting < _pool.Length;

    /// <summary>Requests that have ended and were not taken yet, in the order in which they joined within a step.</summary>
    public IReadOnlyList<EndedRequest> Ended => _ended;

    /// <summary>Requests on a worker.</summary>
    public int RunningOn(int worker) => _workers[worker].Requests;

    /// <summary>Forgets the requests that ended.</summary>
    public void ClearEnded() => _ended.Clear();

    /// <summary>Puts the next request, in order of arrival, into the pool.</summary>
    /// <param name="request">Arrived by now.</param>
    /// <param name="prediction">What is believed of its output.</param>
    public void Reveal(in InferenceRequest request, LengthPrediction prediction)
    {
        Invariant.Holds(PoolHasRoom, "a request is revealed only where the pool has room");
        Invariant.Holds(request.Arrival <= Now, "a request is revealed only after it arrived");
        _pool[Waiting] = new WaitingRequest(request.Id, request.PromptTokens, prediction.Point);
        _candidates[Waiting] = new Candidate(request, prediction);
        Waiting++;
    }

    /// <summary>Lets the policy put requests of the pool on free slots, if there are both.</summary>
    /// <returns>How many joined.</returns>
    public int Assign()
    {
        if (Waiting == 0 || FreeSlots == 0)
        {
            return 0;
        }

        Show();
        _placements.Clear();
        var view = new GroupView
        {
            Now = Now,
            Workers = _views,
            Placed = _placed.AsSpan(0, _showsPlaced ? Running : 0),
            Waiting = _pool.AsSpan(0, Waiting),
        };
        _policy.Assign(in view, _placements, ref _random);
        foreach (Placement placement in _placements.All)
        {
            Join(placement);
        }

        CloseRanks();
        return _placements.Count;
    }

    /// <summary>Lets time pass in an empty group.</summary>
    public void WaitUntil(Instant until)
    {
        Invariant.Holds(Running == 0 && until >= Now, "only an empty group waits, and never for the past");
        if (until > Now)
        {
            _now = StepInstant.At(until);
        }
    }

    /// <summary>
    /// Runs steps: one if requests end in it or might join after it, else as many as are alike, but none that would begin at or after
    /// <paramref name="until"/>, except for the first.
    /// </summary>
    public SlotSteps Step(Instant until)
    {
        Invariant.Holds(Running > 0, "a step needs a request");
        _steps.Requests = Running;
        _steps.FollowsAssignment = _newcomers.Count > 0;
        long quiet = _completions.NextStep(_step + 1) - _step - 1;
        bool nobodyJoins = FreeSlots == 0 || Waiting == 0;
        long most = Math.Min(TimeWorkers(), nobodyJoins ? Math.Max(1, quiet) : 1);
        _slowest.Build(_steps.WorkerPicoseconds, _steps.WorkerPicosecondsGrowth, most);
        _steps.Count = StepsUntil(until, most);
        _steps.Picoseconds = _slowest.Sum(_steps.Count);
        GreetNewcomers();
        _now = _now.Plus(_steps.Picoseconds);
        for (int i = 0; i < _workers.Length; i++)
        {
            ref Worker worker = ref _workers[i];
            _steps.Loads[i] = worker.LoadTokens + worker.Requests;
            _steps.RequestsOn[i] = worker.Requests;
            worker.LoadTokens += worker.Requests * _steps.Count;
        }

        _step += _steps.Count;
        if (quiet == 0)
        {
            EndRequests();
        }

        return _steps;
    }

    // The time of the next step on each worker as a line; how many steps all of them hold for.
    private long TimeWorkers()
    {
        long valid = long.MaxValue;
        for (int i = 0; i < _workers.Length; i++)
        {
            ref readonly Worker worker = ref _workers[i];
            (_steps.Times[i], _steps.TimesGrowth[i]) = (0, 0);
            if (worker.Requests == 0)
            {
                continue;
            }

            DecodeLine line = _configuration.StepTime.DecodeLineAt(worker.Requests, worker.LoadTokens, worker.PromptTokens);
            _steps.Times[i] = line.BasePicoseconds + (line.PicosecondsPerContextToken * worker.LoadTokens);
            _steps.TimesGrowth[i] = line.PicosecondsPerContextToken * worker.Requests;
            if (line.ValidThroughContextTokens < long.MaxValue)
            {
                valid = Math.Min(valid, ((line.ValidThroughContextTokens - worker.LoadTokens) / worker.Requests) + 1);
            }
        }

        return valid;
    }

    // The least number of steps after which it is `until`, but from 1 to `most`.
    private long StepsUntil(Instant until, long most)
    {
        Int128 left = ((Int128)(until.Nanoseconds - _now.Nanoseconds) * Picoseconds.PerNanosecond) - _now.Picoseconds;
        (long low, long high) = (1, most);
        while (low < high)
        {
            long middle = (low + high) / 2;
            (low, high) = _slowest.Sum(middle) >= left ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private void GreetNewcomers()
    {
        if (_newcomers.Count == 0)
        {
            return;
        }

        Instant first = _now.Plus(_slowest.Sum(1)).Stamp;
        foreach (int slot in _newcomers)
        {
            _residents[slot].FirstToken = first;
        }

        _newcomers.Clear();
    }

    private void EndRequests()
    {
        Instant now = Now;
        for (int slot = _completions.First(_step); slot != CompletionWheel.None; slot = _completions.After(slot))
        {
            ref readonly Resident resident = ref _residents[slot];
            ref readonly InferenceRequest request = ref resident.Request;
            ref Worker worker = ref _workers[resident.Worker];
            long held = (long)request.PromptTokens + request.OutputTokens;
            worker.LoadTokens -= held;
            worker.PromptTokens -= request.PromptTokens;
            _steps.Loads[resident.Worker] -= held;
            Vacate(slot, resident.Worker);
            _ended.Add(new EndedRequest
            {
                Timeline = new RequestTimeline
                {
                    Id = request.Id,
                    Arrival = request.Arrival,
                    Scheduled = resident.Scheduled,
                    FirstToken = resident.FirstToken,
                    Finished = now,
                    PromptTokens = request.PromptTokens,
                    OutputTokens = request.OutputTokens,
                    Replica = resident.Worker,
                    Outcome = RequestOutcome.Completed,
                },
                Prediction = resident.Prediction,
                Details = request.Details,
            });
            _policy.Learn(request.PromptTokens, request.OutputTokens);
        }

        _completions.Clear(_step);
    }

    private void Show()
    {
        int next = 0;
        for (int i = 0; i < _workers.Length; i++)
        {
            ref readonly Worker worker = ref _workers[i];
            _views[i] = new WorkerView
            {
                LoadTokens = worker.LoadTokens,
                Requests = worker.Requests,
                FreeSlots = _configuration.SlotsPerWorker - worker.Requests,
            };
            for (int place = 0; _showsPlaced && place < worker.Requests; place++)
            {
                ref readonly Resident resident = ref _residents[_slots[(i * _configuration.SlotsPerWorker) + place]];
                _placed[next++] = new PlacedRequest(
                    resident.Request.PromptTokens, (int)(_step - resident.JoinedAfterStep), resident.Prediction.Point);
            }
        }
    }

    private void Join(Placement placement)
    {
        Invariant.Holds(
            (uint)placement.Waiting < (uint)Waiting && (uint)placement.Worker < (uint)_workers.Length,
            "a balancing policy names requests and workers that there are");
        Invariant.Holds(!_taken[placement.Waiting], "a balancing policy puts a request on one worker only");
        ref Worker worker = ref _workers[placement.Worker];
        Invariant.Holds(worker.Requests < _configuration.SlotsPerWorker, "a balancing policy puts requests on free slots only");
        ref readonly Candidate candidate = ref _candidates[placement.Waiting];
        int slot = _slots[(placement.Worker * _configuration.SlotsPerWorker) + worker.Requests];
        _residents[slot] = new Resident
        {
            Request = candidate.Request,
            Prediction = candidate.Prediction,
            Worker = placement.Worker,
            JoinedAfterStep = _step,
            Scheduled = Now,
        };
        worker.Requests++;
        worker.LoadTokens += candidate.Request.PromptTokens;
        worker.PromptTokens += candidate.Request.PromptTokens;
        FreeSlots--;
        _taken[placement.Waiting] = true;
        _completions.Add(slot, _step + candidate.Request.OutputTokens, _joined++, _step + 1);
        _newcomers.Add(slot);
    }

    // Its place goes to the last of the worker's, which leaves no gap.
    private void Vacate(int slot, int worker)
    {
        int last = (worker * _configuration.SlotsPerWorker) + --_workers[worker].Requests;
        int place = _places[slot];
        int moved = _slots[last];
        (_slots[place], _slots[last]) = (moved, slot);
        (_places[moved], _places[slot]) = (place, last);
        FreeSlots++;
    }

    // Those left in the pool move up, in order.
    private void CloseRanks()
    {
        int kept = 0;
        for (int i = 0; i < Waiting; i++)
        {
            if (!_taken[i])
            {
                (_pool[kept], _candidates[kept]) = (_pool[i], _candidates[i]);
                kept++;
            }
        }

        Array.Clear(_taken, 0, Waiting);
        Waiting = kept;
    }

    private struct Worker
    {
        public long LoadTokens;
        public long PromptTokens;
        public int Requests;
    }

    private readonly record struct Candidate(InferenceRequest Request, LengthPrediction Prediction);

    private struct Resident
    {
        public InferenceRequest Request;
        public LengthPrediction Prediction;
        public long JoinedAfterStep;
        public Instant Scheduled;
        public Instant FirstToken;
        public int Worker;
    }
}
