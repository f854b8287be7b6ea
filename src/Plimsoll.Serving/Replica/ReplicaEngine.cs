using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica.LookAhead;

namespace Plimsoll.Serving.Replica;

/// <summary>
/// One inference engine: waiting queue, running batch, KV memory, and a clock that advances step by step or by leaps. It composes
/// batches as its rules say (vllm-v1-engine, sections 1 to 6), up to <see cref="BatchingRules.StepsInFlight"/> ahead of the step
/// that runs. Where only the contexts of decoding sequences grow, it advances many steps at once by closed form and lands, to the
/// picosecond, where ticking would.
/// <para>
/// One owner calls it: <see cref="Submit"/> when a request arrives, <see cref="Wake"/> when <see cref="NextWake"/> comes,
/// and then reads <see cref="Ended"/>. Calls must not go back in time, and arrivals come before the wake at the same instant. What it
/// does between two calls it does when the later one comes: nobody could have seen it.
/// </para>
/// </summary>
public sealed partial class ReplicaEngine : IReplica
{
    private const int None = -1;

    private readonly BatchingRules _rules;
    private readonly IStepTimeModel _stepTime;
    private readonly BlockSize _block;
    private readonly int _stepsInFlight;
    private readonly bool _growsBlockByBlock;
    private readonly int _tokensAhead;
    private readonly KvLedger _ledger;
    private readonly CompletionWheel _completions = new();
    private readonly WaitingQueue _waiting;
    private readonly RunningOrder _running = new();
    private readonly List<int> _prefilling = [];
    private readonly StepActivity? _activity;

    private Sequence[] _sequences = new Sequence[64];
    private RequestDetails?[] _details = new RequestDetails?[64];
    private int[] _freeSlots = new int[64];
    private int _freeSlotCount;
    private int _slotCount;
    private long _admissions;
    private long _emittedTokens;

    private EndedRequest[] _ended = new EndedRequest[16];
    private int _endedCount;

    private InFlightBatch _oldest;
    private InFlightBatch _newest;
    private int _inFlight;
    private bool _wakesAfterNewest;
    private ReplicaStatistics _statistics;

    /// <summary>An idle replica.</summary>
    /// <exception cref="ArgumentException">The configuration contradicts itself.</exception>
    public ReplicaEngine(ReplicaId id, ReplicaConfiguration configuration)
        : this(id, configuration, default)
    {
    }

    /// <summary>An idle replica whose rules throw dice.</summary>
    /// <exception cref="ArgumentException">The configuration contradicts itself.</exception>
    public ReplicaEngine(ReplicaId id, ReplicaConfiguration configuration, RandomStream dice)
    {
        Id = id;
        _rules = configuration.Rules;
        _stepTime = configuration.StepTime;
        _block = new BlockSize(configuration.BlockTokens);
        _stepsInFlight = _rules.StepsInFlight;
        if (_stepsInFlight is not (1 or 2))
        {
            throw new ArgumentException("one or two batches are in flight", nameof(configuration));
        }

        if (_rules.Composition == StepComposition.Mixed && _rules.TokenBudget < _rules.MaxSequences)
        {
            throw new ArgumentException("the token budget must allow one token for each sequence", nameof(configuration));
        }

        if (_rules.Composition == StepComposition.PrefillOnly && (_rules.ChunkedPrefill || _stepsInFlight > 1))
        {
            throw new ArgumentException("steps of prompts only neither split prompts nor overlap", nameof(configuration));
        }

        CheckBeliefs(_rules);
        _dice = dice;
        _order = _rules.Order;
        _backlogOrderer = _rules.Backlog?.Invoke();
        _waiting = new WaitingQueue(sorted: _order is not null);
        _looksAhead = _rules.LookAhead != AssumedLength.None;
        _evictsBeforeStep = _rules.Eviction.Victim >= EvictionVictim.SmallestBound || _rules.Eviction.MakesWay;
        _gate = _rules.Gate?.Invoke();
        _waitingByType = new int[_gate?.Types ?? 0];
        _newcomers = new int[_waitingByType.Length];
        _recordsStays = configuration.RecordsStays;
        _activity = configuration.RecordsActivity ? new StepActivity() : null;
        _asksWho = _recordsStays || configuration.KeepsPredictions || _order is not null || _rules.Backlog is not null || _looksAhead
            || _gate is not null || _rules.Eviction.Victim != EvictionVictim.Newest;
        _tokensAhead = configuration.CountsNewToken ? 1 : 0;
        _growsBlockByBlock = _rules.Reservation != MemoryReservation.PromptAndOutput;
        _ledger = new KvLedger(configuration.KvBlocks, _block.Tokens, _rules.PrefixCaching);
        _watermarkBlocks = (long)Math.Ceiling(_rules.WatermarkFraction * configuration.KvBlocks);
        _crossings = new int[_block.Tokens];
        long capacityTokens = checked(configuration.KvBlocks * _block.Tokens);
        _lookAheadTokens = capacityTokens - (long)Math.Ceiling(_rules.ReservedFraction * capacityTokens);
        _profile = new MemoryProfile(_lookAheadTokens);
        _protectedBlocks = (long)Math.Ceiling(_rules.ProtectedFraction * configuration.KvBlocks);
    }

    /// <summary>Which replica.</summary>
    public ReplicaId Id { get; }

    /// <summary>
    /// A time before which nothing ends unless more arrives; <see cref="Instant.Never"/> while it is empty. Any call may move it, and
    /// a look from outside only ever later.
    /// </summary>
    public Instant NextWake { get; private set; } = Instant.Never;

    /// <summary>Requests inside, waiting or running.</summary>
    public int Requests => _waiting.Count + _running.Count;

    /// <summary>KV blocks it has.</summary>
    public long KvBlocksTotal => _ledger.CapacityBlocks;

    /// <summary>Most KV blocks ever held at once.</summary>
    public long PeakKvBlocks => _ledger.PeakHeldBlocks;

    /// <summary>Different contents of blocks that its prefix cache can find now.</summary>
    public int CachedContents => _ledger.Contents;

    /// <summary>
    /// Hears of every block that the prefix cache can find or no longer finds; null for nobody. To be set before the first request.
    /// </summary>
    public IPrefixCacheObserver? CacheObserver
    {
        get => _ledger.Observer;
        set => _ledger.Observer = value;
    }

    /// <summary>What it has done so far.</summary>
    public ref readonly ReplicaStatistics Statistics => ref _statistics;

    /// <summary>What its steps were, by their rows; null unless the configuration keeps it.</summary>
    public StepActivity? Activity => _activity;

    /// <summary>Requests that ended since <see cref="ClearEnded"/>, in the order in which they ended.</summary>
    public ReadOnlySpan<EndedRequest> Ended => _ended.AsSpan(0, _endedCount);

    /// <summary>Forgets the ended requests, which the owner has read.</summary>
    public void ClearEnded() => _endedCount = 0;

    /// <summary>Stays that ended since <see cref="ClearStays"/>, if the configuration keeps them.</summary>
    public IReadOnlyList<Stay> Stays => _stays;

    /// <summary>Forgets the stays, which the owner has read.</summary>
    public void ClearStays() => _stays.Clear();

    /// <summary>
    /// Takes a request into the waiting queue, or says why it never could be served. <paramref name="chargedTokens"/> comes back
    /// with its end; <paramref name="prediction"/> is for rules that ask how long it may be.
    /// </summary>
    public RejectReason Submit(in InferenceRequest request, in LengthPrediction prediction, int chargedTokens, Instant now)
    {
        RequestDetails? details = request.Details;
        int outputTokens = EmittedBy(request, out bool cancels, out bool stopsUnannounced);
        int slot = NewSlot();
        ref Sequence sequence = ref _sequences[slot];

        // Field by field where they stay: a value built aside and copied whole would wait for its own parts to be written.
        sequence = default;
        sequence.Id = request.Id;
        sequence.Arrival = request.Arrival;
        sequence.Scheduled = Instant.Never;
        sequence.FirstToken = Instant.Never;
        sequence.PromptTokens = request.PromptTokens;
        sequence.OutputTokens = outputTokens;
        sequence.ChargedTokens = chargedTokens;
        sequence.Phase = SequencePhase.Waiting;
        sequence.StopsUnannounced = stopsUnannounced;
        sequence.Cancels = cancels;
        RejectReason reason = WhyNever(sequence, details);
        if (reason != RejectReason.None)
        {
            FreeSlot(slot);
            return reason;
        }

        CatchUpTo(now);
        _tokensOutsideRows += request.PromptTokens;
        _details[slot] = details;
        if (_asksWho)
        {
            Believe(slot, _rules.KnowsLengths ? LengthPrediction.Exact(outputTokens) : prediction);
        }

        if (_gate is not null)
        {
            ArriveAtGate(slot, now);
        }

        bool first = _waiting.Add(slot, KeyOf(slot), request.Arrival, request.Id) || _rules.Backlog is not null;
        bool changesNextPass = first && (_running.Count < _rules.MaxSequences || _rules.Eviction.MakesWay);
        changesNextPass |= _gate is not null;
        _backlogChanged = true;
        if (_inFlight == 0)
        {
            NextWake = now;
        }
        else if (changesNextPass)
        {
            DropPlan();
        }

        return RejectReason.None;
    }

    /// <summary>
    /// Ends the steps that end by <paramref name="now"/>, and composes what comes next; nothing before <see cref="NextWake"/>.
    /// </summary>
    public void Wake(Instant now)
    {
        if (now < NextWake)
        {
            return;
        }

        CommitLeap(_plannedSteps);
        if (_inFlight == 0)
        {
            ComposeAll(StepInstant.At(NextWake));
        }
        else
        {
            if (_wakesAfterNewest)
            {
                FinishOldest();
            }

            FinishOldest();
        }

        Plan();
    }

    /// <summary>What it says about itself at <paramref name="now"/>, which must not be after <see cref="NextWake"/>.</summary>
    public ReplicaReport Report(Instant now)
    {
        CatchUpTo(now);
        return new(Id, now, _running.Count, _waiting.Count, _ledger.HeldBlocks, _ledger.CapacityBlocks);
    }

    /// <summary>
    /// Through when a report says as many waiting and as many running as one taken now, unless <see cref="Submit"/> or
    /// <see cref="Wake"/> comes in between. KV blocks may be taken before, in every step.
    /// </summary>
    public Instant CountsHoldThrough => _wakesAfterNewest ? StepEnd(_plannedSteps - 1).Stamp : NextWake;

    /// <summary>Every request still inside, waiting or running, as it stands: for a run that stops before they end.</summary>
    public IEnumerable<RequestTimeline> Unfinished()
    {
        for (int slot = 0; slot < _slotCount; slot++)
        {
            if (_sequences[slot].Phase != SequencePhase.Free)
            {
                RequestTimeline timeline = default;
                Describe(_sequences[slot], Instant.Never, RequestOutcome.InFlight, ref timeline);
                timeline.OutputTokens = TokensEmitted(slot);
                yield return timeline;
            }
        }
    }

    /// <summary>
    /// Recounts the books: KV blocks against the free list, nothing held by nobody, and, when all have ended, as many tokens computed by
    /// steps as requests emitted.
    /// </summary>
    /// <exception cref="InvariantBrokenException">They do not balance.</exception>
    public void CheckAtEnd()
    {
        _ledger.Audit();
        Invariant.Holds(_inFlight > 0 || _running.Count > 0 || _ledger.HeldBlocks == 0, "an idle replica holds no KV blocks");
        Invariant.Holds(
            _inFlight > 0 || Requests > 0 || _statistics.OutputTokens == _emittedTokens, "steps compute as many tokens as requests emit");
    }

    // Tokens it emits before it ends, and how it ends.
    private static int EmittedBy(in InferenceRequest request, out bool cancels, out bool stopsUnannounced)
    {
        RequestDetails? details = request.Details;
        cancels = details?.CancelledAfterTokens is { } after && after < request.OutputTokens;
        stopsUnannounced = cancels || (details?.MaxOutputTokens is { } limit && limit > request.OutputTokens);
        return cancels ? Math.Max(1, details!.CancelledAfterTokens!.Value) : request.OutputTokens;
    }

    private RejectReason WhyNever(in Sequence sequence, RequestDetails? details)
    {
        if (!_rules.ChunkedPrefill && sequence.PromptTokens > _rules.TokenBudget)
        {
            return RejectReason.PromptExceedsTokenBudget;
        }

        long tokens = sequence.PromptTokens + (long)sequence.OutputTokens - 1;
        if (!_growsBlockByBlock)
        {
            tokens = ReservedTokens(sequence, details) - _tokensAhead;
        }
        else if (sequence.StopsUnannounced && _stepsInFlight > 1)
        {
            tokens++;
        }

        return BlocksFor(tokens) > _ledger.CapacityBlocks ? RejectReason.ExceedsKvCapacity : RejectReason.None;
    }

    private long BlocksFor(long tokens) => _ledger.BlocksFor(tokens + _tokensAhead);

    private static long ReservedTokens(in Sequence sequence, RequestDetails? details) =>
        sequence.PromptTokens + (long)Math.Max(sequence.OutputTokens, details?.MaxOutputTokens ?? 0);

    // Everything before `now` that nobody had to see: leaps in part, and a pass between two ends.
    private void CatchUpTo(Instant now)
    {
        AdvanceLeapTo(now);
        if (_wakesAfterNewest && _plannedSteps == 0 && _oldest.End.Stamp < now)
        {
            FinishOldest();
            Plan();
        }
    }

    private void FinishOldest() => ComposeAll(EndOldest());

    // The step that runs ends; returns when.
    private StepInstant EndOldest()
    {
        InFlightBatch finished = _oldest;
        _oldest = _newest;
        _inFlight--;
        Finish(finished);
        return finished.End;
    }

    private void ComposeAll(StepInstant now)
    {
        while (_inFlight < _stepsInFlight && (Compose(now) || (_pass.Preempted && _inFlight == 0)))
        {
        }
    }

    private void Plan()
    {
        PlanLeap();
        SetWake();
    }

    // With two batches in flight and nothing ending with the older one, the pass between them is nobody's business yet.
    private void SetWake()
    {
        _wakesAfterNewest = false;
        if (_inFlight == 0)
        {
            NextWake = OutOfPatienceAt;
            return;
        }

        long ahead = _plannedSteps - _stepsInFlight + 1;
        if (_inFlight == 2 && (_plannedSteps > 0 || !EndsSomething(_oldest)))
        {
            _wakesAfterNewest = true;
            ahead++;
        }

        NextWake = StepEnd(ahead).Stamp;
    }

    private bool EndsSomething(in InFlightBatch batch) =>
        batch.SingleTokens != None || (batch.DecodeStep != None && _completions.First(batch.DecodeStep) != None);

    private void DropPlan()
    {
        _plannedSteps = 0;
        SetWake();
    }

    // The end of a step: last tokens exist, memory and slots come back.
    private void Finish(in InFlightBatch batch)
    {
        Instant stamp = batch.End.Stamp;
        int first = batch.SingleTokens;
        int last = batch.DecodeStep == None ? None : _completions.First(batch.DecodeStep);
        while (first != None || last != None)
        {
            if (last == None || (first != None && StandsBefore(first, last)))
            {
                int slot = first;
                first = _sequences[slot].NextInPass;
                End(slot, stamp);
            }
            else
            {
                int slot = last;
                last = _completions.After(slot);
                End(slot, stamp);
            }
        }

        if (batch.DecodeStep != None)
        {
            _completions.Clear(batch.DecodeStep);
        }
    }

    // The order in which the batch stood, which is the order in which memory comes back.
    private bool StandsBefore(int prefilled, int decoded) =>
        _rules.Composition == StepComposition.Mixed && _sequences[prefilled].AdmittedAs < _sequences[decoded].AdmittedAs;

    private void End(int slot, Instant stamp)
    {
        ref Sequence sequence = ref _sequences[slot];
        if (sequence.Phase == SequencePhase.Waiting)
        {
            // Preempted while its last token was being computed.
            _waiting.Remove(slot);
        }
        else
        {
            Leave(slot, preempted: false);
        }

        Depart(slot, stamp, RequestOutcome.Completed);
    }

    // Whoever leaves for good has left queue or batch: what remains is to say so.
    private void Depart(int slot, Instant stamp, RequestOutcome outcome)
    {
        ref Sequence sequence = ref _sequences[slot];
        _tokensOutsideRows -= sequence.PromptTokens + sequence.EmittedTokens;
        if (sequence.Preemptions > 0)
        {
            _ledger.Forget(slot);
        }

        if (_endedCount == _ended.Length)
        {
            Array.Resize(ref _ended, _ended.Length * 2);
        }

        _emittedTokens += sequence.OutputTokens;
        _evictionsSinceEnd = 0;
        _gate?.Ended(sequence.Id, Math.Max(1, sequence.OutputTokens));
        ref EndedRequest ended = ref _ended[_endedCount++];
        Describe(sequence, stamp, outcome, ref ended.Timeline);
        if (sequence.Cancels && outcome == RequestOutcome.Completed)
        {
            ended.Timeline.Outcome = RequestOutcome.Cancelled;
            ended.Timeline.OutputTokens = _details[slot]!.CancelledAfterTokens!.Value;
        }

        if (_recordsStays && (outcome == RequestOutcome.Completed || sequence.Phase != SequencePhase.Waiting))
        {
            _stays.Add(new Stay(sequence.Id, _beliefs[slot].Admitted, stamp, sequence.OutputTokens, Evicted: false));
        }

        ended.ChargedTokens = sequence.ChargedTokens;
        ended.Details = _details[slot];
        ended.Prediction = _asksWho ? _beliefs[slot].Prediction : default;
        FreeSlot(slot);
    }

    // Written where it stays, for the same reason as in Submit.
    private void Describe(in Sequence sequence, Instant finished, RequestOutcome outcome, ref RequestTimeline timeline)
    {
        timeline.Id = sequence.Id;
        timeline.Arrival = sequence.Arrival;
        timeline.Scheduled = sequence.Scheduled;
        timeline.FirstToken = sequence.FirstToken;
        timeline.Finished = finished;
        timeline.PromptTokens = sequence.PromptTokens;
        timeline.OutputTokens = sequence.OutputTokens;
        timeline.CachedTokens = sequence.CachedTokens;
        timeline.Preemptions = sequence.Preemptions;
        timeline.Replica = Id.Value;
        timeline.Outcome = outcome;
        timeline.RejectReason = RejectReason.None;
    }

    private int NewSlot()
    {
        if (_freeSlotCount > 0)
        {
            return _freeSlots[--_freeSlotCount];
        }

        if (_slotCount == _sequences.Length)
        {
            Array.Resize(ref _sequences, _slotCount * 2);
            Array.Resize(ref _details, _slotCount * 2);
            Array.Resize(ref _freeSlots, _slotCount * 2);
        }

        return _slotCount++;
    }

    private void FreeSlot(int slot)
    {
        _sequences[slot].Phase = SequencePhase.Free;
        _details[slot] = null;
        _blockedHead = slot == _blockedHead ? None : _blockedHead;
        _refusedHead = slot == _refusedHead ? None : _refusedHead;
        _freeSlots[_freeSlotCount++] = slot;
    }

    private struct InFlightBatch
    {
        public StepInstant End;

        public BatchShape Shape;

        /// <summary>Whether no prompt is in it, not even by a single token.</summary>
        public bool DecodesOnly;

        /// <summary>Decode step it runs, −1 for prompts only.</summary>
        public long DecodeStep;

        /// <summary>Head of the list of sequences whose prefill it completes and whose first token is their last.</summary>
        public int SingleTokens;
    }
}
