using Plimsoll.Core;

namespace Plimsoll.Serving.Replica;

/// <content> Rows: the sums that stand for all decoding sequences. A sequence is added when its prompt is complete and taken out when it
/// has had its last row; in between nobody looks at it. </content>
public sealed partial class ReplicaEngine
{
    // Sums over the sequences that have a row: how many, their contexts less the step number, and how many enter a new block
    // in the steps of each residue class.
    private readonly int[] _crossings;
    private int _decoding;
    private long _contextOffsets;
    private long _decodingPromptTokens;

    // Prompts, and what they had generated when they were admitted, of everybody else inside.
    private long _tokensOutsideRows;
    private long _step;

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
                if (_rules.PrefixCaching && _details[slot] is not null)
                {
                    Share(slot);
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
        sequence.CrossingClass = _block.PhaseOf(1 + sequence.JoinStep - sequence.TargetTokens - _tokensAhead);
        sequence.InRows = true;
        _decoding++;
        _contextOffsets += sequence.TargetTokens - sequence.JoinStep;
        _decodingPromptTokens += sequence.PromptTokens;
        _tokensOutsideRows -= sequence.TargetTokens;
        _crossings[sequence.CrossingClass]++;
    }

    private void RemoveRow(ref Sequence sequence)
    {
        sequence.InRows = false;
        _decoding--;
        _contextOffsets -= sequence.TargetTokens - sequence.JoinStep;
        _decodingPromptTokens -= sequence.PromptTokens;
        _tokensOutsideRows += sequence.TargetTokens;
        _crossings[sequence.CrossingClass]--;
    }

    // Leaves the batch, whether for good or to come back: rows, place and memory.
    private void Leave(int slot, bool preempted, long grantedBlocks = 0)
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
            StopSharing(slot);
        }

        if (sequence.InRows)
        {
            RemoveRow(ref sequence);
        }

        _running.Remove(sequence.PlaceInOrder);
        long held = Math.Max(BlocksFor(computed), sequence.ReservedBlocks);
        _statistics.EvictedTokens += preempted ? computed : 0;
        if (_looksAhead)
        {
            _profile.Remove(_beliefs[slot].Size, _beliefs[slot].Start, _beliefs[slot].End);
        }

        _ledger.Release(slot, held + grantedBlocks, preempted, hashed);
        sequence.ReservedBlocks = 0;
    }
}
