using Plimsoll.Core;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica.LookAhead;

namespace Plimsoll.Serving.Replica;

/// <content> Policies of scheduling theory: an order of the queue, a look ahead with lengths that are believed, and who gives way when
/// memory runs out. They work on whole prompts, so that a request inside has a row in every step. </content>
public sealed partial class ReplicaEngine
{
    // Evictions without an end between them after which nobody believes in one.
    private const int LeastPatience = 10_000;
    private const int PatiencePerRequest = 100;

    // Longer than any request, and short enough for sums.
    private const long MostAssumedTokens = 1L << 40;

    private readonly IQueueOrder? _order;
    private readonly IBacklogOrder? _backlogOrderer;
    private readonly bool _asksWho;
    private readonly bool _looksAhead;
    private readonly bool _evictsBeforeStep;
    private readonly MemoryProfile _profile;
    private readonly long _lookAheadTokens;
    private readonly long _protectedBlocks;
    private readonly bool _recordsStays;
    private readonly List<Stay> _stays = [];
    private readonly List<int> _evicted = [];

    private RandomStream _dice;
    private Belief[] _beliefs = [];
    private long _evictionsSinceEnd;

    // Before this step the head of the queue, refused by the look ahead, need not be asked about again.
    private long _headMayEnterAt = long.MaxValue;

    private bool _backlogChanged;
    private int[] _backlogSlots = [];
    private int[] _backlogOrder = [];
    private QueuedRequest[] _backlog = [];

    private static void CheckBeliefs(BatchingRules rules)
    {
        bool wholePrompts = rules.Composition == StepComposition.Mixed && !rules.ChunkedPrefill && rules.StepsInFlight == 1;
        EvictionRules eviction = rules.Eviction;
        bool needsWholePrompts = rules.LookAhead != AssumedLength.None || eviction.Victim >= EvictionVictim.SmallestBound
            || eviction.Restarts || eviction.MakesWay;
        if (rules.Gate is not null && (!wholePrompts || needsWholePrompts || eviction.Victim != EvictionVictim.Newest))
        {
            throw new ArgumentException("a gate needs whole prompts, one step in flight, no look-ahead, and the newest giving way", nameof(rules));
        }

        if (needsWholePrompts && !wholePrompts)
        {
            throw new ArgumentException("looking ahead, restarting and making way need whole prompts and one step in flight", nameof(rules));
        }

        if (rules.Order is not null && rules.Backlog is not null)
        {
            throw new ArgumentException("a queue has one order", nameof(rules));
        }

        bool needsOrder = eviction.Victim == EvictionVictim.LastInOrder || eviction.MakesWay;
        if (needsOrder && (rules.Order is null || rules.Composition != StepComposition.Mixed))
        {
            throw new ArgumentException("the last in order gives way where there is an order, and steps are mixed", nameof(rules));
        }

        bool admitsWhatFits = rules.LookAhead == AssumedLength.None && rules.Reservation == MemoryReservation.Prompt
            && rules.WatermarkFraction == 0 && rules.ProtectedFraction == 0;
        if (eviction.MakesWay && !admitsWhatFits)
        {
            throw new ArgumentException("others make way for a request only if it then enters", nameof(rules));
        }
    }

    private void Believe(int slot, in LengthPrediction prediction)
    {
        if (_beliefs.Length < _sequences.Length)
        {
            Array.Resize(ref _beliefs, _sequences.Length);
        }

        _beliefs[slot] = new Belief { Prediction = prediction, LowerBound = Math.Max(1, prediction.Lower) };
    }

    private void LearnFromEviction(int slot, int generatedTokens)
    {
        int known = generatedTokens + (_rules.Eviction.BumpsBounds ? 1 : 0);
        ref int bound = ref _beliefs[slot].LowerBound;
        bound = Math.Max(bound, known);
        if (_recordsStays)
        {
            _stays.Add(new Stay(_sequences[slot].Id, _beliefs[slot].Admitted, _pass.Now, generatedTokens, Evicted: true));
        }
    }

    private QueuedRequest ViewOf(int slot, int generatedTokens)
    {
        ref readonly Sequence sequence = ref _sequences[slot];
        ref readonly Belief belief = ref _beliefs[slot];
        return new(
            sequence.Id,
            sequence.Arrival,
            sequence.PromptTokens,
            generatedTokens,
            _details[slot]?.Priority ?? 0,
            belief.Prediction,
            belief.LowerBound);
    }

    private long KeyOf(int slot) => _order is null ? 0 : _order.Key(ViewOf(slot, GeneratedTokens(_sequences[slot])));

    private void ArrangeBacklog()
    {
        if (_backlogOrderer is not { } order || !_backlogChanged || _waiting.Count == 0)
        {
            return;
        }

        int count = _waiting.Count;
        if (_backlogSlots.Length < count)
        {
            int room = Math.Max(64, count * 2);
            (_backlogSlots, _backlogOrder, _backlog) = (new int[room], new int[room], new QueuedRequest[room]);
        }

        Span<int> slots = _backlogSlots.AsSpan(0, count);
        Span<int> arranged = _backlogOrder.AsSpan(0, count);
        Span<QueuedRequest> waiting = _backlog.AsSpan(0, count);
        _waiting.CopyTo(slots);
        slots.Sort((a, b) => ComesBefore(a, b) ? -1 : a == b ? 0 : 1);
        for (int i = 0; i < count; i++)
        {
            waiting[i] = ViewOf(slots[i], _sequences[slots[i]].EmittedTokens);
        }

        order.Arrange(waiting, _lookAheadTokens, arranged);
        for (int i = 0; i < count; i++)
        {
            arranged[i] = slots[arranged[i]];
        }

        _waiting.Rearrange(arranged);
        _backlogChanged = false;
    }

    private bool ComesBefore(int slot, int other)
    {
        ref readonly Sequence a = ref _sequences[slot];
        ref readonly Sequence b = ref _sequences[other];
        return a.Arrival != b.Arrival ? a.Arrival < b.Arrival : a.Id < b.Id;
    }

    // Whether others leave room for the head, now and as far as the rules look ahead.
    private bool MayEnter(int slot, int knownTokens)
    {
        _headMayEnterAt = long.MaxValue;
        if (_pass.Closed)
        {
            BlockUntil(slot, long.MaxValue);
            return false;
        }

        if (!_looksAhead || _profile.Fits(SizeOf(knownTokens), AssumedTokensLeft(slot), out long notBefore))
        {
            return true;
        }

        BlockUntil(slot, notBefore);
        return false;
    }

    private void BlockUntil(int slot, long step)
    {
        _blockedHead = slot;
        _blockedAtReleases = _ledger.Releases;
        _blockedAtRegistrations = _registrations;
        _headMayEnterAt = step;
    }

    // Blocks are taken whole: a request of so many tokens never holds more than this, rounding included.
    private long SizeOf(int knownTokens) => knownTokens + _tokensAhead + (_block.Tokens - 1L);

    private long AssumedTokensLeft(int slot)
    {
        ref readonly Belief belief = ref _beliefs[slot];
        long assumed = _rules.LookAhead switch
        {
            AssumedLength.Lower => belief.LowerBound + (long)(_rules.Lean * Math.Max(0, belief.Prediction.Upper - belief.LowerBound)),
            AssumedLength.Upper => belief.Prediction.Upper > 0 ? belief.Prediction.Upper : _lookAheadTokens,
            _ => belief.Prediction.Point,
        };
        return Math.Clamp(assumed - _sequences[slot].EmittedTokens, 1, MostAssumedTokens);
    }

    private void Enter(int slot, int knownTokens)
    {
        ref Belief belief = ref _beliefs[slot];
        belief.Admitted = _pass.Now;
        if (!_looksAhead)
        {
            return;
        }

        belief.Size = SizeOf(knownTokens);
        belief.Start = _step + 1;
        belief.End = _step + AssumedTokensLeft(slot);
        _profile.Add(belief.Size, belief.Start, belief.End);
    }

    private void EvictBeforeStep(long step)
    {
        switch (_rules.Eviction.Victim)
        {
            case EvictionVictim.SmallestBound:
                while (BlocksToDecode(step) > _ledger.FreeBlocks)
                {
                    Preempt(SmallestBound());
                }

                break;
            case EvictionVictim.Everybody:
                if (BlocksToDecode(step) > _ledger.FreeBlocks)
                {
                    EvictEverybody();
                }

                break;
            case EvictionVictim.ByChance:
                EvictByChance(step);
                break;
        }

        if (_rules.Eviction.MakesWay && _waiting.Count > 0)
        {
            MakeWay(step);
        }

        // What gave way before the step does not close it to others.
        _nextPassMayDiffer |= _pass.Preempted;
        _pass.Preempted = false;
    }

    private long BlocksToDecode(long step) => _growsBlockByBlock ? _crossings[_block.PhaseOf(step)] : 0;

    private int SmallestBound()
    {
        bool refined = _rules.Eviction.RefinesBounds;
        int victim = None;
        int smallest = 0;
        for (int place = 0; place < _running.Places; place++)
        {
            int slot = _running[place];
            if (slot == RunningOrder.Hole)
            {
                continue;
            }

            int bound = _beliefs[slot].LowerBound;
            bound = refined ? Math.Max(bound, GeneratedTokens(_sequences[slot])) : bound;
            if (victim == None || bound < smallest || (bound == smallest && ComesBefore(slot, victim)))
            {
                (victim, smallest) = (slot, bound);
            }
        }

        return victim;
    }

    private void EvictEverybody()
    {
        while (_running.Count > 0)
        {
            Preempt(_running.Last);
        }
    }

    private void EvictByChance(long step)
    {
        for (int round = 0; BlocksToDecode(step) > _ledger.FreeBlocks; round++)
        {
            _pass.StallPicoseconds += round > 0 ? _rules.Eviction.Stall.Nanoseconds * Performance.StepTime.Picoseconds.PerNanosecond : 0;
            for (int place = 0; place < _running.Places; place++)
            {
                int slot = _running[place];
                if (slot != RunningOrder.Hole && _dice.NextOpenUnit() < _rules.Eviction.Probability)
                {
                    Preempt(slot);
                }
            }
        }
    }

    // One head a pass: those strictly behind it in the order give way from the back, if that makes enough room.
    private void MakeWay(long step)
    {
        int head = _waiting.Head;
        ref readonly Sequence sequence = ref _sequences[head];
        long needed = BlocksFor(sequence.PromptTokens + sequence.EmittedTokens) + BlocksToDecode(step);
        bool hasPlace = _running.Count < _rules.MaxSequences;
        if (hasPlace && needed <= _ledger.FreeBlocks)
        {
            return;
        }

        long key = KeyOf(head);
        long free = _ledger.FreeBlocks;
        _evicted.Clear();
        while ((!hasPlace || needed > free) && LastInOrder(_evicted) is var victim && victim != None && KeyOf(victim) > key)
        {
            _evicted.Add(victim);
            hasPlace = true;
            ref readonly Sequence last = ref _sequences[victim];
            needed -= last.CrossingClass == _block.PhaseOf(step) ? 1 : 0;
            free += Math.Max(BlocksFor(last.TargetTokens + (_step - last.JoinStep)), last.ReservedBlocks);
        }

        if (!hasPlace || needed > free)
        {
            return;
        }

        _nextPassMayDiffer = true;
        foreach (int victim in _evicted)
        {
            Preempt(victim);
        }
    }

    private int LastInOrder(List<int>? except = null)
    {
        int last = None;
        long largest = 0;
        for (int place = 0; place < _running.Places; place++)
        {
            int slot = _running[place];
            if (slot == RunningOrder.Hole || (except is not null && except.Contains(slot)))
            {
                continue;
            }

            long key = KeyOf(slot);
            if (last == None || key > largest || (key == largest && ComesBefore(last, slot)))
            {
                (last, largest) = (slot, key);
            }
        }

        return last;
    }

    // Keys of running requests may change with what they generate, and then the first who waits may pass them.
    private long StepsUntilKeysChange()
    {
        long steps = long.MaxValue;
        for (int place = 0; place < _running.Places; place++)
        {
            int slot = _running[place];
            if (slot != RunningOrder.Hole)
            {
                // The pass that was just composed saw one token less.
                long tokens = _order!.TokensToNextKey(ViewOf(slot, GeneratedTokens(_sequences[slot]) - 1));
                steps = Math.Min(steps, tokens - 1);
            }
        }

        return steps;
    }

    private struct Belief
    {
        public LengthPrediction Prediction;
        public int LowerBound;
        public int Type;
        public Instant Admitted;

        // What the look ahead reckons with while it runs.
        public long Size;
        public long Start;
        public long End;
    }
}
