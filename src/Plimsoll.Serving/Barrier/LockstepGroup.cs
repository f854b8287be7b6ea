using System.Globalization;
using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Balancing;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Serving.Barrier;

/// <summary>
/// Engines that run their steps together, as data-parallel attention with expert parallelism does (vllm-v1-engine, section 7): a step of
/// the group lasts as long as its slowest worker's. Each worker has its own queue, KV memory, prefix cache and batch.
/// <para>
/// Requests wait in the group's pool, in order of arrival. At a boundary between two steps, what has ended frees its slot, then the
/// balancing policy is asked once, if there are both requests and free slots, then the next steps are composed. A request stays on its
/// worker until it ends. When no worker has work the group stops; it goes on when somebody arrives.
/// </para>
/// <para>
/// The workers' clock counts boundaries, one nanosecond a step, and the group alone turns them into instants. Steps between two boundaries
/// at which anything is decided, in which the same worker is the slowest, are taken together, exact to the picosecond.
/// </para>
/// </summary>
public sealed partial class LockstepGroup : IReplica
{
    private const int LeastEntries = 1024;

    // One step of a worker is one nanosecond of its clock.
    private static readonly ConstantStepTime OneStep = new(1e-9);

    private readonly ReplicaId _id;
    private readonly ReplicaConfiguration _replica;
    private readonly ReplicaEngine[] _workers;
    private readonly IBalancingPolicy _policy;
    private readonly bool _showsPlaced;
    private readonly int _slots;
    private readonly int _visible;
    private readonly ILockstepObserver? _observer;
    private readonly LockstepClock _clock = new();
    private readonly LockstepPool _pool = new();
    private readonly LockstepPace _pace;
    private readonly WorkerView[] _views;
    private readonly bool[] _joined;
    private readonly Placements _placements = new();
    private PlacedRequest[] _placed = [];
    private RandomStream _random;

    private EndedRequest[] _ended = new EndedRequest[16];
    private int _endedCount;

    // Steps until the next boundary at which there may be something to decide; 0 while it rests.
    private long _plannedSteps;
    private int _entriesAfterPruning;

    /// <summary>A group without requests.</summary>
    /// <param name="id">Which group; its workers are numbered from <c>id · workers</c>.</param>
    /// <param name="group">How many workers, and who joins which.</param>
    /// <param name="replica">What each worker is.</param>
    /// <param name="random">Chance, for the policy and for rules that throw dice.</param>
    /// <param name="observer">Somebody who watches the steps, or null.</param>
    /// <exception cref="ArgumentException"> A configuration contradicts itself, or its rules need a clock of their own: gates, stalls and
    /// recorded stays.
    /// </exception>
    public LockstepGroup(
        ReplicaId id, LockstepConfiguration group, ReplicaConfiguration replica, RandomTree random, ILockstepObserver? observer = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(group.Workers, 1, nameof(group));
        ArgumentOutOfRangeException.ThrowIfLessThan(group.SlotsPerWorker ?? 1, 1, nameof(group));
        ArgumentOutOfRangeException.ThrowIfLessThan(group.PoolRequests, 1, nameof(group));
        ArgumentOutOfRangeException.ThrowIfNegative(group.IdlePicoseconds, nameof(group));
        ArgumentOutOfRangeException.ThrowIfNegative(group.SharedPicosecondsPerToken, nameof(group));
        if (replica.Rules.Gate is not null || replica.Rules.Eviction.Stall != Duration.Zero || replica.RecordsStays)
        {
            throw new ArgumentException("the clock of a worker in lockstep counts steps: no gates, stalls or recorded stays", nameof(replica));
        }

        _id = id;
        _replica = replica;
        _observer = observer;
        _policy = group.Balancing.Create();
        if (group.Solver is { } solver)
        {
            _policy.Equip(solver);
        }

        _showsPlaced = (group.Balancing.Entry.Signals & ~Signals.Queue) != Signals.None;
        _slots = group.SlotsPerWorker ?? replica.Rules.MaxSequences;
        _visible = group.PoolRequests;
        _random = random.Stream(Named("balancing", id.Value));
        ReplicaConfiguration worker = replica with { StepTime = OneStep, KeepsPredictions = true };
        int first = id.Value * group.Workers;
        _workers = [.. Enumerable.Range(first, group.Workers)
            .Select(i => new ReplicaEngine(new ReplicaId(i), worker, random.Stream(Named("replica", i))))];
        _pace = new LockstepPace(replica.StepTime, _workers, group.IdlePicoseconds, group.SharedPicosecondsPerToken);
        _views = new WorkerView[group.Workers];
        _joined = new bool[group.Workers];
        _steps = new LockstepSteps(group.Workers);
        _endedRequests = new int[group.Workers];
        _endedTokens = new long[group.Workers];
    }

    /// <summary>Its workers.</summary>
    public int Workers => _workers.Length;

    /// <inheritdoc/>
    public Instant NextWake { get; private set; } = Instant.Never;

    /// <inheritdoc/>
    public int Requests
    {
        get
        {
            int requests = _pool.Count;
            foreach (ReplicaEngine worker in _workers)
            {
                requests += worker.Requests;
            }

            return requests;
        }
    }

    /// <summary>Requests that are on no worker yet.</summary>
    public int PooledRequests => _pool.Count;

    /// <inheritdoc/>
    public Instant CountsHoldThrough => _plannedSteps == 0 ? NextWake : _clock.Now.Plus(_pace.Time(_plannedSteps - 1)).Stamp;

    /// <inheritdoc/>
    public ReadOnlySpan<EndedRequest> Ended => _ended.AsSpan(0, _endedCount);

    /// <summary>The boundary at which it stands, rounded down to the nanosecond: the end of its last steps, or of its last rest.</summary>
    public Instant StandsAt => _clock.Now.Stamp;

    /// <summary>Whether no worker has anything to compute, until somebody arrives.</summary>
    public bool Rests => _plannedSteps == 0;

    /// <summary>Steps it has run.</summary>
    public long Steps { get; private set; }

    /// <summary>Time in steps, in picoseconds.</summary>
    public Int128 BusyPicoseconds { get; private set; }

    /// <summary>Entries of its clock: about as many as the longest stay on a worker has seen boundaries.</summary>
    internal int BoundariesKept => _clock.Entries;

    /// <inheritdoc/>
    public void ClearEnded() => _endedCount = 0;

    /// <summary>Takes a request into the pool, or says why no worker ever could serve it.</summary>
    public RejectReason Submit(in InferenceRequest request, in LengthPrediction prediction, int chargedTokens, Instant now)
    {
        RejectReason reason = _workers[0].WhyNever(request);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        _pool.Add(new LockstepRequest(request, prediction, chargedTokens));
        if (_plannedSteps == 0)
        {
            NextWake = now;
        }
        else if (_pool.Count <= _visible && HasFreeSlot())
        {
            // It may join at the first boundary that is not before it.
            PlanSteps(StepsEndedBefore(now) + 1);
        }

        return RejectReason.None;
    }

    /// <summary>
    /// Runs the steps that end by <paramref name="now"/>, and decides what comes next; nothing before <see cref="NextWake"/>.
    /// </summary>
    public void Wake(Instant now)
    {
        if (now < NextWake)
        {
            return;
        }

        long steps = _plannedSteps;
        if (steps == 0)
        {
            NoteRest(_clock.Rest(now));
        }
        else
        {
            BusyPicoseconds += _pace.Time(steps);
            Steps += steps;
            _clock.Step(steps, _pace.First, _pace.Growth);
        }

        var boundary = new Instant(_clock.Boundary);
        FinishSteps(boundary);
        Tell(boundary, steps);
        Place(boundary);
        ComposeSteps(boundary);
        Plan();
        PruneClock();
    }

    /// <inheritdoc/>
    public ReplicaReport Report(Instant now)
    {
        ReplicaReport sum = new(_id, now, 0, _pool.Count, 0, 0);
        Instant boundary = BoundaryAfter(now);
        foreach (ReplicaEngine worker in _workers)
        {
            ReplicaReport report = worker.Report(boundary);
            sum = sum with
            {
                RunningRequests = sum.RunningRequests + report.RunningRequests,
                WaitingRequests = sum.WaitingRequests + report.WaitingRequests,
                KvBlocksUsed = sum.KvBlocksUsed + report.KvBlocksUsed,
                KvBlocksTotal = sum.KvBlocksTotal + report.KvBlocksTotal,
            };
        }

        return sum;
    }

    /// <summary>
    /// What one worker, from 0, says about itself at <paramref name="now"/>, which must not be after <see cref="NextWake"/>.
    /// </summary>
    public ReplicaReport Report(int worker, Instant now) => _workers[worker].Report(BoundaryAfter(now)) with { TakenAt = now };

    /// <summary>
    /// What a worker has done. Its busy time is its own work, without waiting for the others; what is integrated over busy time is known
    /// by steps only, and given as if they had all been equally long.
    /// </summary>
    /// <param name="worker">Which, from 0.</param>
    public ReplicaStatistics StatisticsOf(int worker)
    {
        ReplicaStatistics statistics = _workers[worker].Statistics;
        Int128 busy = _pace.BusyPicoseconds(worker, _clock.Boundary);
        double ratio = statistics.BusyPicoseconds == 0 ? 0 : (double)busy / (double)statistics.BusyPicoseconds;
        statistics.BusyPicoseconds = busy;
        statistics.RunningPicoseconds = (Int128)((double)statistics.RunningPicoseconds * ratio);
        statistics.KvBlockSeconds *= ratio;
        return statistics;
    }

    /// <summary>Most KV blocks a worker, from 0, ever held at once.</summary>
    public long PeakKvBlocks(int worker) => _workers[worker].PeakKvBlocks;

    /// <summary>KV blocks of each worker.</summary>
    public long KvBlocksPerWorker => _workers[0].KvBlocksTotal;

    /// <inheritdoc/>
    public void CheckAtEnd()
    {
        foreach (ReplicaEngine worker in _workers)
        {
            worker.CheckAtEnd();
        }
    }

    private static string Named(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name} {number}");

    // Of the steps planned, all but the last.
    private long StepsEndedBefore(Instant now)
    {
        long available = ((now.Nanoseconds - _clock.Now.Nanoseconds) * Picoseconds.PerNanosecond) - _clock.Now.Picoseconds;
        return _pace.StepsBelow(available, _plannedSteps - 1);
    }

    // What was composed at boundaries before this one can be seen now.
    private Instant BoundaryAfter(Instant now) =>
        new(_clock.Boundary + (_plannedSteps == 0 ? 0 : StepsEndedBefore(now) + 1));

    private bool HasFreeSlot()
    {
        foreach (ReplicaEngine worker in _workers)
        {
            if (worker.Requests < _slots)
            {
                return true;
            }
        }

        return false;
    }

    private void FinishSteps(Instant boundary)
    {
        for (int i = 0; i < _workers.Length; i++)
        {
            _joined[i] = false;
            ReplicaEngine worker = _workers[i];
            if (worker.NextWake > boundary)
            {
                continue;
            }

            worker.FinishStep(boundary);
            foreach (ref readonly EndedRequest ended in worker.Ended)
            {
                End(ended, i);
            }

            worker.ClearEnded();
        }
    }

    private void End(in EndedRequest ended, int worker)
    {
        if (_endedCount == _ended.Length)
        {
            Array.Resize(ref _ended, _ended.Length * 2);
        }

        ref EndedRequest copy = ref _ended[_endedCount++];
        copy = ended;
        ref RequestTimeline timeline = ref copy.Timeline;
        timeline.Scheduled = _clock.At(timeline.Scheduled);
        timeline.FirstToken = _clock.At(timeline.FirstToken);
        timeline.Finished = _clock.At(timeline.Finished);
        if (_observer is not null)
        {
            NoteEnd(timeline, worker);
        }

        if (timeline.Outcome == RequestOutcome.Completed)
        {
            _policy.Learn(timeline.PromptTokens, timeline.OutputTokens);
        }
    }

    private void Place(Instant boundary)
    {
        _placements.Clear();
        if (_pool.Count == 0 || !HasFreeSlot())
        {
            return;
        }

        int placed = 0;
        for (int i = 0; i < _workers.Length; i++)
        {
            ReplicaEngine worker = _workers[i];
            _views[i] = new WorkerView
            {
                LoadTokens = worker.LoadTokens(boundary),
                Requests = worker.Requests,
                WaitingRequests = worker.WaitingRequests,
                FreeSlots = Math.Max(0, _slots - worker.Requests),
            };
            if (_showsPlaced)
            {
                Reserve(placed + worker.Requests);
                placed += worker.CopyPlaced(boundary, _placed.AsSpan(placed));
            }
        }

        var view = new GroupView
        {
            Now = _clock.Now.Stamp,
            Workers = _views,
            Placed = _placed.AsSpan(0, placed),
            Waiting = _pool.Visible(_visible),
        };
        _policy.Assign(view, _placements, ref _random);
        foreach (Placement placement in _placements.All)
        {
            Join(placement, boundary);
        }

        _pool.Remove(_placements.All);
    }

    private void Join(Placement placement, Instant boundary)
    {
        Invariant.Holds(
            (uint)placement.Waiting < (uint)Math.Min(_visible, _pool.Count) && (uint)placement.Worker < (uint)_workers.Length,
            "a balancing policy names requests and workers that there are");
        ref WorkerView view = ref _views[placement.Worker];
        Invariant.Holds(view.FreeSlots > 0, "a balancing policy puts requests on free slots only");
        Invariant.Holds(_pool.Take(placement.Waiting), "a balancing policy puts a request on one worker only");
        view.FreeSlots--;
        ref readonly LockstepRequest waiting = ref _pool[placement.Waiting];
        RejectReason reason = _workers[placement.Worker].Submit(waiting.Request, waiting.Prediction, waiting.ChargedTokens, boundary);
        Invariant.Holds(reason == RejectReason.None, "workers are alike, so that what one takes all take");
        _joined[placement.Worker] = true;
        _passedTokens -= waiting.Request.PromptTokens;
    }

    private void Reserve(int placed)
    {
        if (_placed.Length < placed)
        {
            Array.Resize(ref _placed, placed * 2);
        }
    }

    private void ComposeSteps(Instant boundary)
    {
        for (int i = 0; i < _workers.Length; i++)
        {
            ReplicaEngine worker = _workers[i];
            if (!worker.AwaitsCompose && worker.NextWake > boundary && !_joined[i])
            {
                _pace.Continue(i, boundary);
                continue;
            }

            worker.ComposeStep(boundary);
            Invariant.Holds(worker.Ended.IsEmpty, "nothing ends in the second half of a step");
            _pace.Refresh(i, boundary);
        }
    }

    private void Plan()
    {
        if (!_pace.AnyWork)
        {
            Invariant.Holds(_pool.Count == 0, "a balancing policy leaves nobody waiting for a group without work");
            _plannedSteps = 0;
            NextWake = Instant.Never;
            return;
        }

        // A policy that has left somebody waiting beside a free slot may think otherwise at the next boundary.
        bool asksAgain = _pool.Count > 0 && HasFreeSlot();
        PlanSteps(_pace.StepsTogether(_clock.Boundary, asksAgain ? 1 : long.MaxValue));
    }

    private void PlanSteps(long steps)
    {
        _plannedSteps = steps;
        NextWake = _clock.Now.Plus(_pace.Time(steps)).Stamp;
    }

    // Boundaries before the first that somebody inside may ask for; looked up so seldom that it costs nothing.
    private void PruneClock()
    {
        if (_clock.Entries < Math.Max(LeastEntries, 2 * _entriesAfterPruning))
        {
            return;
        }

        var first = new Instant(_clock.Boundary);
        foreach (ReplicaEngine worker in _workers)
        {
            Instant scheduled = worker.FirstScheduled();
            first = scheduled < first ? scheduled : first;
        }

        _clock.ForgetBefore(first);
        _entriesAfterPruning = _clock.Entries;
    }
}
