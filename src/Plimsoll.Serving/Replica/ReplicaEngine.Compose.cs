using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Batching;

namespace Plimsoll.Serving.Replica;

/// <content> One scheduling pass: which tokens run in the next step. Running requests come first, then, unless somebody had to give memory
/// back, waiting ones. Usually nothing is short, and the running part is a handful of sums; when memory or budget is short, the running
/// list is walked in order, as the rules are written. </content>
public sealed partial class ReplicaEngine
{
    private readonly long _watermarkBlocks;

    private int[] _chunks = new int[4];
    private PassState _pass;
    private bool _nextPassMayDiffer;

    private bool IsPrefillOnly => _rules.Composition == StepComposition.PrefillOnly;

    // Composes one batch, if there is anything to run, and puts it in flight behind the one that runs.
    private bool Compose(StepInstant now)
    {
        _completions.Advance(_step);
        RetireLastRows();
        _pass = new PassState { Prefilled = None, Now = now.Stamp };
        _nextPassMayDiffer = false;
        _starved.Clear();
        _recalled.Clear();
        if (_looksAhead)
        {
            _profile.Advance(_step + 1);
        }

        if (_gate is not null && !OpensGate())
        {
            return false;
        }

        bool decodes = !IsPrefillOnly || !TryPromptsOnly();
        if (decodes)
        {
            if (_evictsBeforeStep)
            {
                EvictBeforeStep(_step + 1);
            }

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
            context + _pass.SingleTokenContext,
            (decodes ? _decodingPromptTokens - _pass.StarvedPromptTokens : 0) + _pass.SingleTokenPromptTokens);

        _nextPassMayDiffer |= _pass.Preempted || _prefilling.Count > 0 || _pass.StarvedRows > 0;
        if (_gate is not null)
        {
            EndPause(_step + 1, stepped: !shape.IsEmpty);
        }

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
            End = StepInstant.Later(now, _newest.End).Plus(duration + _pass.StallPicoseconds),
            Shape = shape,
            DecodesOnly = shape.PrefillSequences + _pass.SingleTokenRows == 0,
            DecodeStep = decodes ? _step : None,
            SingleTokens = None,
        };
        _inFlight++;
        _newest = batch;
        _statistics.Steps++;
        _statistics.PeakRunning = Math.Max(_statistics.PeakRunning, _running.Count);
        _statistics.PrefillTokens += _pass.PrefillTokens + _pass.SingleTokenRows;
        Account(duration, _ledger.HeldBlocks);
        _activity?.Add(shape.DecodeSequences, duration, PromptTime.PicosecondsOf(_stepTime, shape, duration));
    }

    private void Account(long picoseconds, double heldBlocks)
    {
        _statistics.BusyPicoseconds += picoseconds;
        _statistics.RunningPicoseconds += Math.BigMul(picoseconds, (long)_running.Count);
        _statistics.KvBlockSeconds += heldBlocks * picoseconds * 1e-12;
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
        if (_gatePass.RunsBelow < int.MaxValue)
        {
            WalkBelow(step);
            return;
        }

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

    private void Admit(int budget)
    {
        if (_waiting.Count == 0)
        {
            _headMayEnterAt = long.MaxValue;
            return;
        }

        bool mayJoin = _rules.JoinsRunningBatch || _running.Count == 0;
        ArrangeBacklog();
        _pass.Closed = _running.Count > 0 && _ledger.FreeBlocks < _protectedBlocks;
        if (_waiting.Head != _blockedHead)
        {
            _headMayEnterAt = long.MaxValue;
        }

        while (mayJoin && _waiting.Count > 0 && _running.Count < _rules.MaxSequences)
        {
            if (_gate is not null && !HeadMayJoin())
            {
                break;
            }

            if (budget == 0)
            {
                _nextPassMayDiffer = true;
                break;
            }

            int tokens = TryAdmit(_waiting.Head, budget);
            if (tokens == 0)
            {
                break;
            }

            budget -= Math.Min(tokens, budget);
        }

        PutBack();
    }

    // Admits the head of the queue and returns the tokens it computes in this step; 0 when it has to wait, and everybody behind it.
    private int TryAdmit(int slot, int budget)
    {
        if (!_headAwaitsBlocks && IsStillBlocked(slot))
        {
            return 0;
        }

        RegisterGenerated(before: long.MaxValue);
        if (IsStillBlocked(slot))
        {
            return 0;
        }

        (_headAwaitsBlocks, _refusedHead) = (false, None);
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
            MemoryReservation.Prompt => BlocksFor(known),
            MemoryReservation.PromptAndOutput => _ledger.BlocksFor(ReservedTokens(sequence, _details[slot])),
            _ => 0,
        };
        long blocks = Math.Max(reserved, BlocksFor(cached + tokens)) - match.Blocks;
        long leftFree = _running.Count > 0 ? _watermarkBlocks : 0;
        if (_running.Count > 0 && !MayEnter(slot, known))
        {
            return 0;
        }

        bool wholeFits = !_rules.FullSequenceGate || _ledger.CanTake(BlocksFor(known) - match.Blocks, match);
        if (!wholeFits || !_ledger.CanTake(blocks + leftFree, match))
        {
            // What the whole sequence needs does not depend on this pass, so it stays blocked until memory or cached content comes.
            Refuse(slot, match, lasting: !wholeFits || reserved > 0);
            return 0;
        }

        _blockedHead = None;
        _waiting.PopFront();
        if (_gate is not null)
        {
            PassGate(slot);
        }

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
        _nextPassMayDiffer |= _rules.Eviction.MakesWay;
        if (_asksWho)
        {
            Enter(slot, known);
        }

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
            _pass.SingleTokenPromptTokens += sequence.PromptTokens;
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

    private int Chunk(int tokens) => _rules.ChunkTokens > 0 ? Math.Min(tokens, _rules.ChunkTokens) : tokens;

    private long BlocksToGrow(in Sequence sequence, int tokens)
    {
        long held = Math.Max(BlocksFor(sequence.ComputedTokens), sequence.ReservedBlocks);
        return Math.Max(0, BlocksFor(sequence.ComputedTokens + (long)tokens) - held);
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
        public long StarvedPromptTokens;
        public long SingleTokenPromptTokens;
        public bool Preempted;
        public long StallPicoseconds;
        public bool Closed;
    }
}
