namespace Plimsoll.Serving.Replica;

/// <content> The running part of a pass when the last in order gives its memory back, wherever it stands in the running list: what was
/// granted to it earlier in the pass is taken back (vllm-v1-engine, section 3). </content>
public sealed partial class ReplicaEngine
{
    private readonly List<Grant> _grants = [];

    private void WalkAndTakeBack(long step)
    {
        int budget = _rules.TokenBudget;
        bool open = true;
        _grants.Clear();
        for (int place = 0; place < _running.Places; place++)
        {
            int slot = _running[place];
            if (slot == RunningOrder.Hole || (_sequences[slot].Phase == SequencePhase.Decoding && !_sequences[slot].InRows))
            {
                continue;
            }

            open = open && budget > 0;
            if (!open)
            {
                _grants.Add(new Grant(slot, 0, 0));
                continue;
            }

            ref readonly Sequence sequence = ref _sequences[slot];
            bool decodes = sequence.Phase == SequencePhase.Decoding;
            int tokens = decodes ? 1 : Math.Min(Chunk(sequence.TargetTokens - sequence.ComputedTokens), budget);
            long blocks = !decodes ? BlocksToGrow(sequence, tokens)
                : _growsBlockByBlock && sequence.CrossingClass == _block.PhaseOf(step) ? 1 : 0;
            open = MakeRoomFromTheBack(slot, blocks, ref budget);
            if (open)
            {
                // What was taken back may have made room in the budget too; the share was set before, as the rules are written.
                _ledger.Take(blocks);
                budget -= tokens;
                _grants.Add(new Grant(slot, tokens, blocks));
            }
        }

        if (!_grants.Exists(grant => grant.Tokens > 0))
        {
            // Nobody runs, so no step goes by that anybody could miss; there is another pass at once.
            (_pass.StarvedRows, _pass.StarvedContext, _pass.StarvedPromptTokens) = (_decoding, ContextOf(step), _decodingPromptTokens);
            KeepPrefilling();
            return;
        }

        foreach (Grant grant in _grants)
        {
            bool decodes = _sequences[grant.Slot].Phase == SequencePhase.Decoding;
            if (decodes && grant.Tokens == 0)
            {
                Starve(grant.Slot, step);
            }
            else if (!decodes)
            {
                Prefill(grant.Slot, grant.Tokens);
            }
        }

        KeepPrefilling();
    }

    // The last in order gives its memory back, and so on; false when that was the one who asked.
    private bool MakeRoomFromTheBack(int slot, long blocks, ref int budget)
    {
        while (blocks > _ledger.FreeBlocks)
        {
            int victim = LastInOrder();
            long granted = 0;
            int grant = _grants.FindIndex(given => given.Slot == victim);
            if (grant >= 0)
            {
                granted = _grants[grant].Blocks;
                budget += _grants[grant].Tokens;
                _grants.RemoveAt(grant);
            }

            Preempt(victim, granted);
            if (victim == slot)
            {
                return false;
            }
        }

        return true;
    }

    private readonly record struct Grant(int Slot, int Tokens, long Blocks);
}
