using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Testing;

/// <summary>
/// The oracle: the same engine written the plain way, one step at a time, one object a request, one object a block, straight
/// from the rules (vllm-v1-engine, sections 2 to 5). Slow and obvious. It takes all requests at once and returns their timelines.
/// </summary>
public sealed partial class TickingReplica(ReplicaConfiguration configuration, RandomStream dice = default)
{
    private readonly BatchingRules _rules = configuration.Rules;
    private readonly int _blockTokens = configuration.BlockTokens;
    private readonly LinkedList<Block> _free = new(Enumerable.Range(0, (int)configuration.KvBlocks).Select(_ => new Block()));
    private readonly Dictionary<object, List<Block>> _cache = [];
    private readonly LinkedList<Request> _waiting = [];
    private readonly List<Request> _running = [];
    private readonly List<RequestTimeline> _ended = [];
    private readonly List<TickedRow[]> _batches = [];
    private readonly List<Instant> _batchEnds = [];
    private readonly List<TickedStep> _steps = [];
    private long _admissions;

    /// <summary>Every batch it ran, row by row.</summary>
    public IReadOnlyList<TickedRow[]> Batches => _batches;

    /// <summary>When each batch ended.</summary>
    public IReadOnlyList<Instant> BatchEnds => _batchEnds;

    /// <summary>What each batch took, of those run to their ends by itself.</summary>
    public IReadOnlyList<TickedStep> Steps => _steps;

    /// <summary>Most blocks held at once.</summary>
    public long PeakBlocks { get; private set; }

    /// <summary>When each output token came, by request; an eviction that makes a request start over takes its tokens out again.</summary>
    public Dictionary<RequestId, List<Instant>> TokenInstants { get; } = [];

    /// <summary>Runs the requests to their ends.</summary>
    /// <param name="requests">In order of arrival.</param>
    /// <param name="predict">What is believed of their lengths.</param>
    /// <param name="departures">Clients that leave, in order of time; who arrives at the same instant comes first.</param>
    public List<RequestTimeline> Run(
        IReadOnlyList<InferenceRequest> requests,
        Func<InferenceRequest, LengthPrediction>? predict = null,
        IReadOnlyList<Departure>? departures = null)
    {
        int arrived = 0;
        int departed = 0;
        departures ??= [];

        Instant NextComing()
        {
            Instant arrival = arrived < requests.Count ? requests[arrived].Arrival : Instant.Never;
            Instant departure = departed < departures.Count ? departures[departed].At : Instant.Never;
            return arrival < departure ? arrival : departure;
        }

        void ComeAndGo(Int128 through)
        {
            while (NextComing() is var at && at != Instant.Never && (Int128)at.Nanoseconds * 1000 <= through)
            {
                if (arrived < requests.Count && requests[arrived].Arrival == at)
                {
                    Arrive(requests[arrived], predict?.Invoke(requests[arrived]) ?? default);
                    arrived++;
                }
                else
                {
                    Depart(departures[departed++]);
                }
            }
        }

        Int128 now = 0;
        var inFlight = new Queue<(List<Row> Rows, Int128 End)>();
        Int128 lastEnd = 0;
        while (true)
        {
            if (inFlight.Count == 0 && _gateShut)
            {
                Int128 opens = (Int128)(_heldSince + _gate!.Patience).Nanoseconds * 1000;
                Int128 next = (Int128)NextComing().Nanoseconds * 1000;
                now = Int128.Max(now, Int128.Min(opens, next));
            }
            else if (inFlight.Count == 0 && _waiting.Count == 0 && _running.Count == 0)
            {
                if (arrived == requests.Count)
                {
                    return _ended;
                }

                Int128 next = (Int128)NextComing().Nanoseconds * 1000;
                now = next > now ? next : now;
            }

            while (true)
            {
                ComeAndGo(now);
                List<Row> rows = Schedule(now);
                if (rows.Count > 0)
                {
                    Int128 start = (inFlight.Count == 0 ? now : lastEnd) + _stall;
                    _batches.Add([.. rows.Select(r => new TickedRow(r.Request.Arrived.Id, r.Tokens, r.Decodes))]);
                    lastEnd = start + StepPicoseconds(rows);
                    _steps.Add(new TickedStep(rows.Count(row => row.Tokens == 1), StepPicoseconds(rows), PromptPicoseconds(rows)));
                    _batchEnds.Add(new Instant((long)(lastEnd / 1000)));
                    inFlight.Enqueue((rows, lastEnd));
                }

                if (rows.Count == 0 || inFlight.Count >= _rules.StepsInFlight)
                {
                    break;
                }
            }

            if (inFlight.Count > 0)
            {
                (List<Row> rows, now) = inFlight.Dequeue();
                ComeAndGo(now);
                Update(rows, now);
            }
        }
    }

    private void Arrive(in InferenceRequest arrival, in LengthPrediction prediction)
    {
        var request = new Request(arrival, _blockTokens);
        request.Prediction = _rules.KnowsLengths ? LengthPrediction.Exact(request.Outputs) : prediction;
        request.LowerBound = Math.Max(1, request.Prediction.Lower);
        long most = arrival.PromptTokens + (long)request.Outputs - 1 + (request.StopsUnannounced && _rules.StepsInFlight > 1 ? 1 : 0);
        if (_rules.Reservation == MemoryReservation.PromptAndOutput)
        {
            most = request.MostTokens - _ahead;
        }

        RejectReason reason = !_rules.ChunkedPrefill && arrival.PromptTokens > _rules.TokenBudget ? RejectReason.PromptExceedsTokenBudget
            : Held(most) > configuration.KvBlocks ? RejectReason.ExceedsKvCapacity
            : RejectReason.None;
        if (reason == RejectReason.None)
        {
            _waiting.AddLast(request);
            _backlogChanged = true;
            ArriveAtGate(request);
            return;
        }

        request.Timeline.Outcome = RequestOutcome.Rejected;
        request.Timeline.RejectReason = reason;
        request.Timeline.Finished = arrival.Arrival;
        _ended.Add(request.Timeline);
    }

    // Between two steps, before what the step that runs has computed is looked at.
    private void Depart(Departure departure)
    {
        if (_waiting.Concat(_running).FirstOrDefault(r => r.Arrived.Id == departure.Id) is not { } r)
        {
            return;
        }

        r.Done = true;
        _waiting.Remove(r);
        _running.Remove(r);
        Free(r);
        _gate?.Ended(departure.Id, Math.Max(1, r.Emitted));
        _backlogChanged = true;
        r.Timeline.Finished = departure.At;
        r.Timeline.Outcome = RequestOutcome.Cancelled;
        r.Timeline.OutputTokens = r.Emitted;
        _ended.Add(r.Timeline);
    }

    private List<Row> Schedule(Int128 now)
    {
        var rows = new List<Row>();
        bool preempted = false;
        int budget = _rules.TokenBudget;
        switch (_rules.Composition)
        {
            case StepComposition.Mixed when _rules.Eviction.Victim == EvictionVictim.LastInOrder:
                MakeWay();
                preempted = RunAndTakeBack(rows, ref budget);
                break;
            case StepComposition.Mixed:
                if (!OpensGate(now))
                {
                    return rows;
                }

                EvictBeforeStep();
                MakeWay();
                preempted = RunRunning(rows, ref budget, TakesPart);
                break;
            case StepComposition.DecodeFirst:
                int unlimited = int.MaxValue;
                preempted = RunRunning(rows, ref unlimited, r => r.Computed >= r.Target);
                budget = Math.Max(0, budget - rows.Count);
                preempted |= RunRunning(rows, ref budget, r => r.Computed < r.Target);
                break;
            default:
                Admit(rows, ref budget, now);
                if (rows.Count == 0)
                {
                    int all = int.MaxValue;
                    RunRunning(rows, ref all, _ => true);
                }

                return rows;
        }

        if (!preempted)
        {
            Admit(rows, ref budget, now);
        }

        HoldBack(now, again: rows.Count > 0 || preempted);
        return rows;
    }

    private bool RunRunning(List<Row> rows, ref int budget, Func<Request, bool> takesPart)
    {
        bool preempted = false;
        for (int i = 0; i < _running.Count && budget > 0; i++)
        {
            Request r = _running[i];
            if (!takesPart(r))
            {
                continue;
            }

            if (_rules.StepsInFlight > 1 && r.Placeholders > 0 && !r.StopsUnannounced
                && r.Computed + 2 - r.Placeholders >= r.Arrived.PromptTokens + r.Outputs)
            {
                continue;
            }

            int tokens = r.Known + r.Placeholders - r.Computed;
            if (_rules.ChunkTokens > 0)
            {
                tokens = Math.Min(tokens, _rules.ChunkTokens);
            }

            tokens = Math.Min(tokens, budget);
            if (tokens == 0)
            {
                continue;
            }

            bool self = false;
            while (!Grow(r, r.Computed + tokens))
            {
                Request victim = _running[^1];
                Preempt(victim);
                preempted = true;
                if (victim == r)
                {
                    self = true;
                    break;
                }
            }

            if (self)
            {
                break;
            }

            budget -= tokens;
            Run(rows, r, tokens);
        }

        return preempted;
    }

    private void Admit(List<Row> rows, ref int budget, Int128 now)
    {
        bool mayJoin = _rules.JoinsRunningBatch || _running.Count == 0;
        bool closed = _running.Count > 0 && _free.Count < (long)Math.Ceiling(_rules.ProtectedFraction * configuration.KvBlocks);
        ArrangeBacklog();
        while (mayJoin && _waiting.Count > 0 && budget > 0 && _running.Count < _rules.MaxSequences)
        {
            if (FirstWaiting() is not { } r)
            {
                return;
            }

            List<Block> hits = Lookup(r);
            int cached = hits.Count * _blockTokens;
            int tokens = r.Known - cached;
            if (_rules.ChunkTokens > 0)
            {
                tokens = Math.Min(tokens, _rules.ChunkTokens);
            }

            if (!_rules.ChunkedPrefill && tokens > budget && !(r.Timeline.Preemptions > 0 && rows.Count == 0))
            {
                return;
            }

            tokens = _rules.ChunkedPrefill ? Math.Min(tokens, budget) : tokens;
            int freeHits = hits.Count(b => b.References == 0);
            if (_rules.FullSequenceGate && Held(r.Known) - hits.Count + freeHits > _free.Count)
            {
                return;
            }

            long reserve = _rules.Reservation switch
            {
                MemoryReservation.Prompt => Held(r.Known),
                MemoryReservation.PromptAndOutput => Blocks(r.MostTokens),
                _ => 0,
            };
            long need = Math.Max(reserve, Held(cached + tokens)) - hits.Count;
            long watermark = _running.Count > 0 ? (long)Math.Ceiling(_rules.WatermarkFraction * configuration.KvBlocks) : 0;
            if (need + freeHits + watermark > _free.Count || closed || !LeavesRoom(r))
            {
                return;
            }

            _waiting.Remove(r);
            PassGate(r);
            Expect(r);
            foreach (Block hit in hits)
            {
                if (hit.References++ == 0)
                {
                    _free.Remove(hit);
                }
            }

            r.Blocks.AddRange(hits);
            for (long i = 0; i < need; i++)
            {
                r.Blocks.Add(TakeFree());
            }

            r.Computed = cached;
            r.Target = r.Known;
            r.Hashed = hits.Count;
            r.AdmittedAs = _admissions++;
            if (r.Timeline.Scheduled == Instant.Never)
            {
                r.Timeline.Scheduled = new Instant((long)(now / 1000));
                r.Timeline.CachedTokens = cached;
            }

            _running.Add(r);
            budget = Math.Max(0, budget - tokens);
            Run(rows, r, tokens);
        }
    }

    private void Run(List<Row> rows, Request r, int tokens)
    {
        bool produces = r.Computed + tokens >= r.Known + r.Placeholders;
        rows.Add(new Row(r, tokens, r.Computed, r.Computed >= r.Target, produces, r.AdmittedAs));
        int hashable = Math.Min(r.Computed + tokens, r.Known);
        r.Computed += tokens;
        if (produces)
        {
            r.Placeholders++;
        }

        if (_rules.PrefixCaching)
        {
            for (; (r.Hashed + 1) * _blockTokens <= hashable; r.Hashed++)
            {
                object key = r.KeyOf(r.Hashed);
                Block block = r.Blocks[r.Hashed];
                block.Key = key;
                if (!_cache.TryGetValue(key, out List<Block>? same))
                {
                    _cache[key] = same = [];
                }

                same.Add(block);
            }
        }
    }

    private void Update(List<Row> rows, Int128 end)
    {
        var stamp = new Instant((long)(end / 1000));
        foreach (Row row in rows.Where(r => r.Produces))
        {
            Request r = row.Request;
            if (r.Done || row.AdmittedAs < 0)
            {
                continue;
            }

            r.Emitted++;
            Instants(r).Add(stamp);
            if (r.AdmittedAs == row.AdmittedAs)
            {
                r.Placeholders = Math.Max(0, r.Placeholders - 1);
            }

            if (r.Timeline.FirstToken == Instant.Never)
            {
                r.Timeline.FirstToken = stamp;
            }

            if (r.Emitted < r.Outputs)
            {
                continue;
            }

            r.Done = true;
            _gate?.Ended(r.Arrived.Id, r.Outputs);
            if (!_running.Remove(r))
            {
                _waiting.Remove(r);
            }

            Free(r);
            r.Timeline.Finished = stamp;
            r.Timeline.Outcome = r.Cancels ? RequestOutcome.Cancelled : RequestOutcome.Completed;
            r.Timeline.OutputTokens = r.Cancels ? r.Arrived.Details!.CancelledAfterTokens!.Value : r.Outputs;
            _ended.Add(r.Timeline);
        }
    }

    private List<Instant> Instants(Request r)
    {
        if (!TokenInstants.TryGetValue(r.Arrived.Id, out List<Instant>? instants))
        {
            TokenInstants[r.Arrived.Id] = instants = [];
        }

        return instants;
    }

    private void Preempt(Request victim)
    {
        Free(victim);
        victim.Computed = 0;
        victim.Placeholders = 0;
        victim.AdmittedAs = -2;
        victim.Timeline.Preemptions++;
        _running.Remove(victim);
        _waiting.AddFirst(victim);
        LoseProgress(victim);
    }

    private void Free(Request r)
    {
        for (int i = r.Blocks.Count - 1; i >= 0; i--)
        {
            if (--r.Blocks[i].References == 0)
            {
                _free.AddLast(r.Blocks[i]);
            }
        }

        r.Blocks.Clear();
        r.Hashed = 0;
    }

    private bool Grow(Request r, int tokens)
    {
        long fresh = Held(tokens) - r.Blocks.Count;
        if (fresh > _free.Count)
        {
            return false;
        }

        for (long i = 0; i < fresh; i++)
        {
            r.Blocks.Add(TakeFree());
        }

        return true;
    }

    private Block TakeFree()
    {
        Block block = _free.First!.Value;
        _free.RemoveFirst();
        if (block.Key is { } key)
        {
            _cache[key].Remove(block);
            if (_cache[key].Count == 0)
            {
                _cache.Remove(key);
            }

            block.Key = null;
        }

        block.References = 1;
        PeakBlocks = Math.Max(PeakBlocks, configuration.KvBlocks - _free.Count);
        return block;
    }

    private List<Block> Lookup(Request r)
    {
        var hits = new List<Block>();
        if (_rules.PrefixCaching)
        {
            for (int i = 0; i < (r.Known - 1) / _blockTokens && _cache.TryGetValue(r.KeyOf(i), out List<Block>? same); i++)
            {
                hits.Add(same[0]);
            }
        }

        return hits;
    }

    private long Blocks(long tokens) => (tokens + _blockTokens - 1) / _blockTokens;

    private long PromptPicoseconds(List<Row> rows)
    {
        List<Row> decodes = [.. rows.Where(row => row.Tokens == 1)];
        return decodes.Count == rows.Count ? 0
            : decodes.Count == 0 ? StepPicoseconds(rows)
            : Math.Max(0, StepPicoseconds(rows) - StepPicoseconds(decodes));
    }

    private long StepPicoseconds(List<Row> rows)
    {
        long prefill = 0;
        long pairs = 0;
        long context = 0;
        long promptContext = 0;
        int prompts = 0;
        int decodes = 0;
        foreach (Row row in rows)
        {
            if (row.Tokens == 1)
            {
                decodes++;
                context += row.History + 1;
                promptContext += row.Request.Arrived.PromptTokens;
            }
            else
            {
                prompts++;
                prefill += row.Tokens;
                pairs += row.Tokens * ((2L * row.History) + row.Tokens);
            }
        }

        return configuration.StepTime.StepPicoseconds(new BatchShape(prefill, prompts, pairs, decodes, context, promptContext));
    }

    private sealed record Row(Request Request, int Tokens, int History, bool Decodes, bool Produces, long AdmittedAs);

    private sealed class Block
    {
        public int References { get; set; }

        public object? Key { get; set; }
    }

    private sealed class Request(InferenceRequest arrived, int blockTokens)
    {
        public RequestTimeline Timeline = new()
        {
            Id = arrived.Id,
            Arrival = arrived.Arrival,
            Scheduled = Instant.Never,
            FirstToken = Instant.Never,
            Finished = Instant.Never,
            PromptTokens = arrived.PromptTokens,
        };

        public InferenceRequest Arrived => arrived;

        public bool Cancels => arrived.Details?.CancelledAfterTokens is { } after && after < arrived.OutputTokens;

        public bool StopsUnannounced { get; } =
            (arrived.Details?.CancelledAfterTokens is { } after && after < arrived.OutputTokens)
            || (arrived.Details?.MaxOutputTokens is { } limit && limit > arrived.OutputTokens);

        public int Outputs => Cancels ? Math.Max(1, arrived.Details!.CancelledAfterTokens!.Value) : arrived.OutputTokens;

        public long MostTokens => arrived.PromptTokens + (long)Math.Max(Outputs, arrived.Details?.MaxOutputTokens ?? 0);

        public List<Block> Blocks { get; } = [];

        public int Known => arrived.PromptTokens + Emitted;

        public int Emitted { get; set; }

        public int Computed { get; set; }

        public int Target { get; set; }

        public int Placeholders { get; set; }

        public int Hashed { get; set; }

        public long AdmittedAs { get; set; }

        public bool Done { get; set; }

        public LengthPrediction Prediction { get; set; }

        public int LowerBound { get; set; }

        public int Type { get; set; }

        public bool Paused { get; set; }

        /// <summary>Step in which it was admitted, tokens reckoned with then, and the last step reckoned with.</summary>
        public long Start { get; set; }

        public long Size { get; set; }

        public long End { get; set; }

        /// <summary>Shared content is known by its hash and place; the rest is unlike anybody else's.</summary>
        public object KeyOf(int block)
        {
            RequestDetails? details = arrived.Details;
            long lastToken = (((long)block + 1) * blockTokens) - 1;
            long hashed = (details?.PrefixHashes.Count ?? 0) * (long)(details?.BlockTokens ?? 0);
            bool coversPromptOnly = hashed < arrived.PromptTokens + (long)(details?.BlockTokens ?? 0);
            long known = coversPromptOnly ? arrived.PromptTokens : arrived.PromptTokens + (long)Outputs;
            if (details is { BlockTokens: > 0 } && lastToken < Math.Min(known, hashed))
            {
                return (details.PrefixHashes[(int)(lastToken / details.BlockTokens)], block);
            }

            return (arrived.Id, block);
        }
    }
}
