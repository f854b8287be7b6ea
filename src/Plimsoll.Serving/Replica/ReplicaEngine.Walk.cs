using Plimsoll.Core;
using Plimsoll.Policies.Batching;

namespace Plimsoll.Serving.Replica;

/// <content> The running part of a pass when budget or memory is short: the list is walked in order of admission, as the rules are written,
/// and the newest gives its memory back. </content>
public sealed partial class ReplicaEngine
{
    private void WalkRunning(long step)
    {
        if (_rules.Eviction.Victim == EvictionVictim.LastInOrder)
        {
            WalkAndTakeBack(step);
            return;
        }

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

        KeepPrefilling();
    }

    private void KeepPrefilling()
    {
        int kept = 0;
        for (int i = 0; i < _prefilling.Count; i++)
        {
            _prefilling[kept] = _prefilling[i];
            kept += _sequences[_prefilling[i]].Phase == SequencePhase.Prefilling ? 1 : 0;
        }

        _prefilling.RemoveRange(kept, _prefilling.Count - kept);
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

    private void Preempt(int slot, long grantedBlocks = 0)
    {
        _pass.Preempted = true;
        _statistics.Preemptions++;
        ref Sequence sequence = ref _sequences[slot];
        bool decodes = sequence.Phase == SequencePhase.Decoding;
        bool lastTokenInFlight = decodes && sequence.LastStep <= _step;
        int emittedBefore = sequence.EmittedTokens;
        int emitted = GeneratedTokens(sequence);
        if (_inFlight > 0)
        {
            Recall(slot, lastTokenInFlight);
        }

        if (decodes && !lastTokenInFlight)
        {
            _completions.Remove(slot);
        }

        Leave(slot, preempted: true, grantedBlocks);
        sequence.Preemptions++;
        sequence.Phase = SequencePhase.Waiting;
        if (!lastTokenInFlight)
        {
            sequence.EmittedTokens = emitted;
        }

        if (_asksWho)
        {
            LearnFromEviction(slot, emitted);
        }

        if (_rules.Eviction.Restarts)
        {
            _statistics.LostTokens += emitted;
            sequence.EmittedTokens = 0;
            (sequence.Scheduled, sequence.FirstToken) = (Instant.Never, Instant.Never);
        }

        _tokensOutsideRows += sequence.EmittedTokens - emittedBefore;

        _waiting.Return(slot, KeyOf(slot), sequence.Arrival, sequence.Id);
        _backlogChanged = true;
        if (_gate is not null)
        {
            _waitingByType[_beliefs[slot].Type]++;
        }

        if (++_evictionsSinceEnd > LeastPatience + ((long)PatiencePerRequest * Requests))
        {
            throw new NoProgressException(Id, _pass.Now, Requests, _evictionsSinceEnd);
        }
    }

    // Tokens it has when the pass that is being composed begins, those of steps in flight included.
    private int GeneratedTokens(in Sequence sequence) => sequence.Phase == SequencePhase.Decoding
        ? sequence.EmittedTokens + 1 + (int)(Math.Min(_step, sequence.LastStep) - sequence.JoinStep)
        : sequence.EmittedTokens;

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
        sequence.MissedBefore = sequence.Missed == step - 1;
        sequence.Missed = step;
        _completions.Add(slot, sequence.LastStep, sequence.AdmittedAs, step);
        AddRow(ref sequence);
        _starved.Add(slot);
        _pass.StarvedRows++;
        _pass.StarvedPromptTokens += sequence.PromptTokens;
        _pass.StarvedContext += sequence.TargetTokens + step - sequence.JoinStep;
    }
}
