using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Batching;

namespace Plimsoll.Serving.Replica;

/// <content>
/// One scheduling pass: which tokens run in the next step. Running requests come first, then, unless somebody had to give memory
/// back, waiting ones. Usually nothing is short, and the running part is a handful of sums; when memory or budget is short, the
/// running list is walked in order, as the rules are written.
/// </content>
public sealed partial class ReplicaEngine
{
    private readonly long _watermarkBlocks;

    // Sums over the sequences that have a row: how many, their contexts less the step number, and how many enter a new block
    // in the steps of each residue class.
    private readonly int[] _crossings;
    private int _decoding;
    private long _contextOffsets;
    private long _step;

    private int[] _chunks = new int[4];
    private PassState _pass;

    // Decoding sequences that fill blocks which others may share, and the blocks not yet entered in the index.
    private readonly List<int> _sharing = [];
    private readonly List<(long FilledIn, long AdmittedAs, int Block, int Slot)> _filled = [];
    private bool _nextPassMayDiffer;
    private int _blockedHead = None;
    private long _blockedAtFreeBlocks;
    private long _blockedAtRegistrations;
    private long _registrations;

    private bool IsPrefillOnly => _rules.Composition == StepComposition.PrefillOnly;

    // Composes one batch, if there is anything to run, and puts it in flight behind the one that runs.
    private bool Compose(StepInstant now)
    {
        _completions.Advance(_step);
        RetireLastRows();
        _pass = new PassState { Prefilled = None, Now = now.Stamp };
        _nextPassMayDiffer = false;
        bool decodes = !IsPrefillOnly || !TryPromptsOnly();
        if (decodes)
        {
            RunRunning();
            if (!IsPrefillOnly && !_pass.Preempted)
            {
                Admit(BudgetLeft());
            }
        }

        int rows = decodes ? _decoding - _pass.StarvedRows : 0;
        long context = decodes ? ContextOf(_step + 1) - _pass.StarvedContext : 0;
        var shape = new BatchShape(
            _pass.PrefillTokens,
            _pass.PrefillSequences,
            _pass.AttentionPairs,
            rows + _pass.SingleTokenRows,
            context + _pass.SingleTokenContext);

        _nextPassMayDiffer |= _pass.Preempted || _prefilling.Count > 0 || _pass.StarvedRows > 0;
        if (shape.IsEmpty)
        {
            return false;
        }

        _step += decodes ? 1 : 0;
        _statistics.DecodeRows += rows;
        Launch(now, shape, decodes);
        JoinRows();
        return true;
    }

    private void Launch(StepInstant now, in BatchShape shape, bool decodes)
    {
        long duration = _stepTime.StepPicoseconds(shape);
        var batch = new InFlightBatch
        {
            // Not before the newest ends, even when an idle replica is called within the nanosecond in which it does.
            End = StepInstant.Later(now, _newest.End).Plus(duration),
            DecodeStep = decodes ? _step : None,
            SingleTokens = None,
        };
        _inFlight++;
        _newest = batch;
        _statistics.Steps++;
        _statistics.PeakRunning = Math.Max(_statistics.PeakRunning, _running.Count);
        _statistics.PrefillTokens += _pass.PrefillTokens + _pass.SingleTokenRows;
        Account(duration, _ledger.HeldBlocks);
    }

    private void Account(long picoseconds, double heldBlocks)
    {
        _statistics.BusyPicoseconds += picoseconds;
        _statistics.RunningPicoseconds += Math.BigMul(picoseconds, (long)_running.Count);
        _statistics.KvBlockSeconds += heldBlocks * picoseconds * 1e-12;
    }

    // Sequences whose last token is being computed already, and is known to be the last, get no further row.
    private void RetireLastRows()
    {
        for (int slot = _completions.First(_step); slot != None; slot = _completions.After(slot))
        {
            ref Sequence sequence = ref _sequences[slot];
            if (sequence.InRows && !sequence.StopsUnannounced)
            {
                RemoveRow(ref sequence);
            }
        }
    }

    private int BudgetLeft()
    {
        long spent = (long)_decoding - _pass.StarvedRows + _pass.PrefillTokens + _pass.SingleTokenRows;
        return (int)Math.Max(0, _rules.TokenBudget - spent);
    }

    private bool TryPromptsOnly()
    {
        if (_waiting.Count == 0)
        {
            return false;
        }

        Admit(_rules.TokenBudget);
        return _pass.PrefillSequences + _pass.SingleTokenRows > 0;
    }

    private void RunRunning()
    {
        long step = _step + 1;
        long crossing = _growsBlockByBlock ? _crossings[_block.PhaseOf(step)] : 0;
        if (_prefilling.Count == 0)
        {
            if (crossing <= _ledger.FreeBlocks)
            {
                _ledger.Take(crossing);
            }
            else
            {
                WalkRunning(step);
            }

            return;
        }

        if (!TryChunkAll(crossing))
        {
            WalkRunning(step);
        }
    }

    // Everybody gets what they ask for, or only the last in the list is cut: no order to respect.
    private bool TryChunkAll(long crossing)
    {
        int budget = Math.Max(0, _rules.TokenBudget - _decoding);
        bool placesMatter = _rules.Composition == StepComposition.Mixed && _rules.ChunkTokens > 0;
        if (_chunks.Length < _prefilling.Count)
        {
            Array.Resize(ref _chunks, _prefilling.Count * 2);
        }

        long blocks = crossing;
        for (int i = 0; i < _prefilling.Count; i++)
        {
            ref readonly Sequence sequence = ref _sequences[_prefilling[i]];
            int wanted = Chunk(sequence.TargetTokens - sequence.ComputedTokens);
            int chunk = Math.Min(wanted, budget);
            if (placesMatter && chunk < wanted)
            {
                return false;
            }

            budget -= chunk;
            _chunks[i] = chunk;
            blocks += BlocksToGrow(sequence, chunk);
        }

        if (blocks > _ledger.FreeBlocks)
        {
            return false;
        }

        _ledger.Take(blocks);
        int kept = 0;
        for (int i = 0; i < _prefilling.Count; i++)
        {
            int slot = _prefilling[i];
            _prefilling[kept] = slot;
            kept += Prefill(slot, _chunks[i]) ? 0 : 1;
        }

        _prefilling.RemoveRange(kept, _prefilling.Count - kept);
        return true;
    }

    private void WalkRunning(long step)
    {
        bool decodesFirst = _rules.Composition != StepComposition.Mixed;
        int budget = decodesFirst ? int.MaxValue : _rules.TokenBudget;
        if (decodesFirst)
        {
            Walk(step, ref budget, SequencePhase.Decoding);
            budget = Math.Max(0, _rules.TokenBudget - _decoding);
            Walk(step, ref budget, SequencePhase.Prefilling);
        }
        else
        {
            Walk(step, ref budget, phase: null);
        }

        _prefilling.RemoveAll(slot => _sequences[slot].Phase != SequencePhase.Prefilling);
    }

    private void Walk(long step, ref int budget, SequencePhase? phase)
    {
        for (int place = 0; place < _running.Places; place++)
        {
            int slot = _running[place];
            if (slot == RunningOrder.Hole)
            {
                continue;
            }

            ref Sequence sequence = ref _sequences[slot];
            bool decodes = sequence.Phase == SequencePhase.Decoding;
            bool hasRow = decodes && sequence.InRows;
            if ((phase is { } wanted && sequence.Phase != wanted) || (decodes && !hasRow))
            {
                continue;
            }

            if (budget == 0)
            {
                if (hasRow)
                {
                    Starve(slot, step);
                }

                continue;
            }

            int tokens = decodes ? 1 : Math.Min(Chunk(sequence.TargetTokens - sequence.ComputedTokens), budget);
            long blocks = !decodes ? BlocksToGrow(sequence, tokens)
                : _growsBlockByBlock && sequence.CrossingClass == _block.PhaseOf(step) ? 1 : 0;
            if (!MakeRoom(slot, blocks))
            {
                return;
            }

            _ledger.Take(blocks);
            budget -= tokens;
            if (!decodes)
            {
                Prefill(slot, tokens);
            }
        }
    }

    // Newest first gives its memory back; false when that was the one who asked.
    private bool MakeRoom(int slot, long blocks)
    {
        while (blocks > _ledger.FreeBlocks)
        {
            int victim = _running.Last;
            Preempt(victim);
            if (victim == slot)
            {
                return false;
            }
        }

        return true;
    }

    private void Preempt(int slot)
    {
        _pass.Preempted = true;
        _statistics.Preemptions++;
        ref Sequence sequence = ref _sequences[slot];
        bool decodes = sequence.Phase == SequencePhase.Decoding;
        bool lastTokenInFlight = decodes && sequence.LastStep <= _step;
        int emitted = decodes
            ? sequence.EmittedTokens + 1 + (int)(Math.Min(_step, sequence.LastStep) - sequence.JoinStep)
            : sequence.EmittedTokens;
        if (decodes && !lastTokenInFlight)
        {
            _completions.Remove(slot);
        }

        Leave(slot, preempted: true);
        sequence.Preemptions++;
        sequence.Phase = SequencePhase.Waiting;
        if (!lastTokenInFlight)
        {
            sequence.EmittedTokens = emitted;
        }

        _waiting.PushFront(slot);
    }

    // Leaves the batch, whether for good or to come back: rows, place and memory.
    private void Leave(int slot, bool preempted)
    {
        ref Sequence sequence = ref _sequences[slot];
        bool decodes = sequence.Phase == SequencePhase.Decoding;
        int computed = sequence.ComputedTokens;
        int hashed = computed;
        if (decodes)
        {
            long lastRow = sequence.LastStep + (sequence.StopsUnannounced ? _stepsInFlight - 1 : 0);
            int rows = (int)(Math.Min(_step, lastRow) - sequence.JoinStep);
            computed = sequence.TargetTokens + rows;
            hashed = HashedTokens(sequence, rows);
            _statistics.WastedRows += Math.Max(0, rows - (int)(sequence.LastStep - sequence.JoinStep));
        }

        RegisterGenerated(before: 0);
        if (sequence.Shares)
        {
            sequence.Shares = false;
            _sharing.Remove(slot);
        }

        if (sequence.InRows)
        {
            RemoveRow(ref sequence);
        }

        _running.Remove(sequence.PlaceInOrder);
        long held = Math.Max(_ledger.BlocksFor(computed), sequence.ReservedBlocks);
        _ledger.Release(slot, held, preempted, hashed);
        sequence.ReservedBlocks = 0;
    }

    private BlockContent ContentOf(int slot)
    {
        ref readonly Sequence sequence = ref _sequences[slot];
        return new(_details[slot], sequence.PromptTokens, sequence.OutputTokens, _block.Tokens);
    }

    // A block can be hashed once its tokens are known; an overlapped engine computes a token ahead of what it knows.
    private int HashedTokens(in Sequence sequence, int rows) => sequence.TargetTokens + (rows == 0 ? 0 : rows - (_stepsInFlight - 1));

    // Blocks that decoding sequences filled are entered in the index when somebody is about to look, to enter others or to leave: in the
    // order in which they were filled, as if each had been entered in its step. In the pass being composed, sequences admitted before
    // `before` have had their turn already.
    private void RegisterGenerated(long before)
    {
        if (_sharing.Count == 0)
        {
            return;
        }

        if (_rules.Composition == StepComposition.DecodeFirst && before > 0)
        {
            before = long.MaxValue;
        }
        else if (IsPrefillOnly)
        {
            before = 0;
        }

        _filled.Clear();
        foreach (int slot in _sharing)
        {
            ref readonly Sequence sequence = ref _sequences[slot];
            long lastRow = sequence.LastStep + (sequence.StopsUnannounced ? _stepsInFlight - 1 : 0);
            long through = sequence.AdmittedAs < before ? _step + 1 : _step;
            int rows = (int)(Math.Min(through, lastRow) - sequence.JoinStep);
            int full = Math.Min((int)_block.WholeBlocks(HashedTokens(sequence, rows)), ContentOf(slot).IdentifiedBlocks);
            for (int block = _ledger.RegisteredBlocks(slot); block < full; block++)
            {
                long filledIn = sequence.JoinStep + ((block + 1L) * _block.Tokens) - sequence.TargetTokens + _stepsInFlight - 1;
                _filled.Add((filledIn, sequence.AdmittedAs, block, slot));
            }
        }

        _filled.Sort();
        foreach ((_, _, int block, int slot) in _filled)
        {
            _ledger.Register(slot, ContentOf(slot), (block + 1) * _block.Tokens);
        }

        _registrations += _filled.Count;
    }

    private void Starve(int slot, long step)
    {
        ref Sequence sequence = ref _sequences[slot];
        RemoveRow(ref sequence);
        if (sequence.LastStep < step)
        {
            // The row would have been in vain; now it is not computed at all.
            sequence.StopsUnannounced = false;
            return;
        }

        _completions.Remove(slot);
        sequence.JoinStep++;
        sequence.LastStep++;
        _completions.Add(slot, sequence.LastStep, sequence.AdmittedAs, step);
        AddRow(ref sequence);
        _pass.StarvedRows++;
        _pass.StarvedContext += sequence.TargetTokens + step - sequence.JoinStep;
    }

    private void Admit(int budget)
    {
        bool mayJoin = _rules.JoinsRunningBatch || _running.Count == 0;
        while (mayJoin && _waiting.Count > 0 && _running.Count < _rules.MaxSequences)
        {
            if (budget == 0)
            {
                _nextPassMayDiffer = true;
                return;
            }

            int tokens = TryAdmit(_waiting.Head, budget);
            if (tokens == 0)
            {
                return;
            }

            budget -= Math.Min(tokens, budget);
        }
    }

    // Admits the head of the queue and returns the tokens it computes in this step; 0 when it has to wait, and everybody behind it.
    private int TryAdmit(int slot, int budget)
    {
        RegisterGenerated(before: long.MaxValue);
        if (slot == _blockedHead && _ledger.FreeBlocks <= _blockedAtFreeBlocks && _registrations == _blockedAtRegistrations && _running.Count > 0)
        {
            return 0;
        }

        ref Sequence sequence = ref _sequences[slot];
        int known = sequence.PromptTokens + sequence.EmittedTokens;
        // Nothing can be found for most requests: they bring no hashes and were not here before.
        bool mayMatch = _rules.PrefixCaching && (sequence.Preemptions > 0 || _details[slot] is not null);
        PrefixMatch match = mayMatch ? Match(slot, known) : default;
        int cached = match.Blocks * _block.Tokens;
        int wanted = Chunk(known - cached);
        if (!_rules.ChunkedPrefill && wanted > budget && !MayExceedBudget(sequence))
        {
            _nextPassMayDiffer = true;
            return 0;
        }

        int tokens = _rules.ChunkedPrefill ? Math.Min(wanted, budget) : wanted;
        long reserved = _rules.Reservation switch
        {
            MemoryReservation.Prompt => _ledger.BlocksFor(known),
            MemoryReservation.PromptAndOutput => _ledger.BlocksFor(ReservedTokens(sequence, _details[slot])),
            _ => 0,
        };
        long blocks = Math.Max(reserved, _ledger.BlocksFor(cached + tokens)) - match.Blocks;
        long leftFree = _running.Count > 0 ? _watermarkBlocks : 0;
        bool wholeFits = !_rules.FullSequenceGate || _ledger.CanTake(_ledger.BlocksFor(known) - match.Blocks, match);
        if (!wholeFits || !_ledger.CanTake(blocks + leftFree, match))
        {
            // What the whole sequence needs does not depend on this pass, so it stays blocked until memory or cached content comes.
            _blockedHead = !wholeFits || reserved > 0 ? slot : None;
            _blockedAtFreeBlocks = _ledger.FreeBlocks;
            _blockedAtRegistrations = _registrations;
            return 0;
        }

        _blockedHead = None;
        _waiting.PopFront();
        if (mayMatch)
        {
            _ledger.Claim(slot, match);
        }

        _ledger.Take(blocks);
        sequence.ReservedBlocks = reserved;
        sequence.TargetTokens = known;
        sequence.ComputedTokens = cached;
        sequence.AdmittedAs = _admissions++;
        sequence.PlaceInOrder = _running.Append(slot, _sequences);
        sequence.Phase = SequencePhase.Prefilling;
        if (sequence.Scheduled == Instant.Never)
        {
            sequence.Scheduled = _pass.Now;
            sequence.CachedTokens = cached;
            _statistics.PrefixLookupTokens += known;
            _statistics.PrefixHitTokens += cached;
        }

        if (!Prefill(slot, tokens))
        {
            _prefilling.Add(slot);
        }

        return tokens;
    }

    private PrefixMatch Match(int slot, int known) => _ledger.Match(slot, ContentOf(slot), known);

    private void Register(int slot, int computedTokens)
    {
        _ledger.Register(slot, ContentOf(slot), computedTokens);
        _registrations++;
    }

    // A preempted sequence may have outgrown the budget; it then runs alone.
    private bool MayExceedBudget(in Sequence sequence) =>
        sequence.Preemptions > 0
        && _pass.PrefillSequences + _pass.SingleTokenRows == 0
        && (IsPrefillOnly || _decoding == _pass.StarvedRows);

    // Computes the next tokens of a prompt in this step; true when it is complete, and the first token comes with this step.
    private bool Prefill(int slot, int tokens)
    {
        if (tokens == 0)
        {
            return false;
        }

        ref Sequence sequence = ref _sequences[slot];
        int history = sequence.ComputedTokens;
        sequence.ComputedTokens += tokens;
        if (tokens == 1)
        {
            // One missing token is a row like a decode's (section 8).
            _pass.SingleTokenRows++;
            _pass.SingleTokenContext += history + 1;
        }
        else
        {
            _pass.PrefillSequences++;
            _pass.PrefillTokens += tokens;
            _pass.AttentionPairs += tokens * ((2L * history) + tokens);
        }

        if (_details[slot] is { BlockTokens: > 0 })
        {
            RegisterGenerated(before: sequence.AdmittedAs);
            Register(slot, sequence.ComputedTokens);
        }

        if (sequence.ComputedTokens < sequence.TargetTokens)
        {
            return false;
        }

        sequence.Phase = SequencePhase.Decoding;
        sequence.JoinStep = long.MaxValue;
        _statistics.PrefillsCompleted++;
        Append(ref _pass.Prefilled, ref _pass.LastPrefilled, slot);
        return true;
    }

    // Sequences whose prompt this step completes have their first token at its end, and a row from the next step on.
    private void JoinRows()
    {
        Instant firstToken = _newest.End.Stamp;
        int lastSingle = None;
        for (int slot = _pass.Prefilled; slot != None;)
        {
            ref Sequence sequence = ref _sequences[slot];
            int next = sequence.NextInPass;
            int remaining = sequence.OutputTokens - sequence.EmittedTokens - 1;
            sequence.JoinStep = _step;
            sequence.LastStep = _step + remaining;
            if (sequence.FirstToken == Instant.Never)
            {
                sequence.FirstToken = firstToken;
            }

            if (remaining > 0)
            {
                _completions.Add(slot, sequence.LastStep, sequence.AdmittedAs, _step);
            }
            else
            {
                Append(ref _newest.SingleTokens, ref lastSingle, slot);
            }

            if (remaining > 0 || (sequence.StopsUnannounced && _stepsInFlight > 1))
            {
                AddRow(ref sequence);
                if (_rules.PrefixCaching && _details[slot] is not null && ContentOf(slot).IdentifiedBlocks > _block.WholeBlocks(sequence.TargetTokens))
                {
                    sequence.Shares = true;
                    _sharing.Add(slot);
                }
            }

            slot = next;
        }

        if (_inFlight == 1)
        {
            _oldest = _newest;
        }
    }

    private void Append(ref int first, ref int last, int slot)
    {
        _sequences[slot].NextInPass = None;
        if (first == None)
        {
            first = slot;
        }
        else
        {
            _sequences[last].NextInPass = slot;
        }

        last = slot;
    }

    private void AddRow(ref Sequence sequence)
    {
        sequence.CrossingClass = _block.PhaseOf(1 + sequence.JoinStep - sequence.TargetTokens);
        sequence.InRows = true;
        _decoding++;
        _contextOffsets += sequence.TargetTokens - sequence.JoinStep;
        _crossings[sequence.CrossingClass]++;
    }

    private void RemoveRow(ref Sequence sequence)
    {
        sequence.InRows = false;
        _decoding--;
        _contextOffsets -= sequence.TargetTokens - sequence.JoinStep;
        _crossings[sequence.CrossingClass]--;
    }

    private int Chunk(int tokens) => _rules.ChunkTokens > 0 ? Math.Min(tokens, _rules.ChunkTokens) : tokens;

    private long BlocksToGrow(in Sequence sequence, int tokens)
    {
        long held = Math.Max(_ledger.BlocksFor(sequence.ComputedTokens), sequence.ReservedBlocks);
        return Math.Max(0, _ledger.BlocksFor(sequence.ComputedTokens + (long)tokens) - held);
    }

    private struct PassState
    {
        public Instant Now;
        public int Prefilled;
        public int LastPrefilled;
        public int PrefillSequences;
        public long PrefillTokens;
        public long AttentionPairs;
        public int SingleTokenRows;
        public long SingleTokenContext;
        public int StarvedRows;
        public long StarvedContext;
        public bool Preempted;
    }
}
