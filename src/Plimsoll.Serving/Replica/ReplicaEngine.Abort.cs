using Plimsoll.Core;

namespace Plimsoll.Serving.Replica;

/// <content> Clients that leave. An engine hears of it between two steps, before it looks at what the step that runs has computed, so the
/// request's tokens of steps in flight are nobody's. As no pass comes before that, it makes no difference that memory and place come back
/// at once. </content>
public sealed partial class ReplicaEngine
{
    /// <summary>
    /// The client of a request leaves at <paramref name="now"/>, which must not be after <see cref="NextWake"/>: the request ends as
    /// cancelled with the tokens of the steps that ended before. False if it is not inside, because it has ended or was refused.
    /// </summary>
    public bool Abort(RequestId id, Instant now)
    {
        int slot = SlotOf(id);
        if (slot == None)
        {
            return false;
        }

        CatchUpTo(now);
        ref Sequence sequence = ref _sequences[slot];
        int emitted = TokensEmitted(slot);
        _statistics.AbandonedTokens += TokensComputed(slot) - emitted;
        _starved.Remove(slot);
        switch (sequence.Phase)
        {
            case SequencePhase.Waiting:
                LeaveQueue(slot);
                break;
            case SequencePhase.Prefilling:
                _prefilling.Remove(slot);
                Leave(slot, preempted: false);
                break;
            default:
                ExpectNoEnd(slot);
                Leave(slot, preempted: false);
                break;
        }

        sequence.OutputTokens = emitted;
        sequence.FirstToken = emitted > 0 ? sequence.FirstToken : Instant.Never;
        Depart(slot, now, RequestOutcome.Cancelled);
        _backlogChanged = true;
        if (_inFlight == 0)
        {
            NextWake = now;
        }
        else
        {
            DropPlan();
        }

        return true;
    }

    private int SlotOf(RequestId id)
    {
        for (int slot = 0; slot < _slotCount; slot++)
        {
            if (_sequences[slot].Phase != SequencePhase.Free && _sequences[slot].Id == id)
            {
                return slot;
            }
        }

        return None;
    }

    private void LeaveQueue(int slot)
    {
        _waiting.Remove(slot);
        if (_gate is not null)
        {
            _waitingByType[_beliefs[slot].Type]--;
        }

        int recalled = _recalled.FindIndex(recalled => recalled.Slot == slot);
        if (recalled == None)
        {
            return;
        }

        if (_recalled[recalled].IsLast)
        {
            ExpectNoEnd(slot);
        }

        _recalled.RemoveAt(recalled);
    }

    // Its last token, in flight or planned, will not come.
    private void ExpectNoEnd(int slot)
    {
        if (_sequences[slot].LastStep > _sequences[slot].JoinStep)
        {
            _completions.Remove(slot);
            return;
        }

        // With a single batch in flight both are the same list.
        TakeOut(ref _oldest.SingleTokens, slot);
        TakeOut(ref _newest.SingleTokens, slot);
    }

    private void TakeOut(ref int first, int slot)
    {
        if (first == slot)
        {
            first = _sequences[slot].NextInPass;
            return;
        }

        for (int before = first; before != None; before = _sequences[before].NextInPass)
        {
            if (_sequences[before].NextInPass == slot)
            {
                _sequences[before].NextInPass = _sequences[slot].NextInPass;
                return;
            }
        }
    }
}
