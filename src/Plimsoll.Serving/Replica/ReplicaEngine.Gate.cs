using System.Runtime.InteropServices;
using Plimsoll.Core;
using Plimsoll.Policies.Batching;

namespace Plimsoll.Serving.Replica;

/// <content> The gate: who takes part in a step when the rules let requests wait for others. Who pauses keeps memory and gets no row; when
/// nobody takes part there is no step, and the replica sleeps until somebody arrives or patience ends. </content>
public sealed partial class ReplicaEngine
{
    private readonly IStepGate? _gate;
    private readonly int[] _waitingByType;
    private readonly int[] _newcomers;
    private readonly List<int> _paused = [];
    private readonly List<int> _setAside = [];

    private StepPass _gatePass = new(int.MaxValue, int.MaxValue, Lasts: true);
    private int[] _atBoundary = [];

    // Since when somebody has been held back in every pass, and whether that was for too long and nobody has arrived since.
    private Instant _heldSince = Instant.Never;
    private bool _outOfPatience;
    private bool _turnedAway;

    private bool HoldsBack => _heldSince != Instant.Never;

    private Instant OutOfPatienceAt => HoldsBack ? _heldSince + _gate!.Patience : Instant.Never;

    private void ArriveAtGate(int slot, Instant now)
    {
        QueuedRequest request = ViewOf(slot, 0);
        int type = _gate!.TypeOf(request);
        _beliefs[slot].Type = type;
        _waitingByType[type]++;
        _gate.Arrived(request, type, now);
        _outOfPatience = false;
    }

    private StepPass AskGate()
    {
        ReadOnlySpan<int> boundaries = _gate!.Boundaries;
        if (_atBoundary.Length < boundaries.Length)
        {
            _atBoundary = new int[boundaries.Length];
        }

        Span<int> atBoundary = _atBoundary.AsSpan(0, boundaries.Length);
        atBoundary.Clear();
        for (int place = 0; place < _running.Places && !boundaries.IsEmpty; place++)
        {
            int slot = _running[place];
            int segment = slot == RunningOrder.Hole ? -1 : boundaries.BinarySearch(GeneratedTokens(_sequences[slot]));
            if (segment >= 0)
            {
                atBoundary[segment]++;
            }
        }

        var demand = new StepDemand
        {
            Waiting = _waitingByType,
            Running = _running.Count,
            AtBoundary = atBoundary,
            MaxSequences = _rules.MaxSequences,
            KvTokens = _lookAheadTokens,
            OutOfPatience = _outOfPatience,
        };
        return _gate.Decide(demand, _newcomers);
    }

    // Asks who takes part in the step to be composed; false when nobody does, though somebody is there.
    private bool OpensGate()
    {
        _turnedAway = false;
        _outOfPatience |= HoldsBack && _pass.Now >= OutOfPatienceAt;
        if (Requests == 0)
        {
            _heldSince = Instant.Never;
            return true;
        }

        _gatePass = AskGate();
        bool open = _gatePass.RunsBelow > 0;
        if (!open)
        {
            HoldBack(anybody: true);
        }

        return open;
    }

    private void HoldBack(bool anybody)
    {
        Invariant.Holds(!anybody || !_outOfPatience, "out of patience, a gate holds nobody back");
        _heldSince = !anybody ? Instant.Never : HoldsBack ? _heldSince : _pass.Now;
    }

    // The running part of a pass in which some pause: nobody's budget is short, as each running request has a token of it.
    private void WalkBelow(long step)
    {
        for (int place = 0; place < _running.Places; place++)
        {
            int slot = _running[place];
            if (slot == RunningOrder.Hole)
            {
                continue;
            }

            ref readonly Sequence sequence = ref _sequences[slot];
            if (GeneratedTokens(sequence) >= _gatePass.RunsBelow)
            {
                Starve(slot, step);
                _paused.Add(slot);
                continue;
            }

            long blocks = _growsBlockByBlock && sequence.CrossingClass == _block.PhaseOf(step) ? 1 : 0;
            if (!MakeRoom(slot, blocks))
            {
                return;
            }

            _ledger.Take(blocks);
        }
    }

    // After a pass: who paused is held back, or everybody who waits; if nobody ran, no step goes by which they could miss.
    private void EndPause(long step, bool stepped)
    {
        HoldBack(_paused.Count > 0 || (!stepped && !_pass.Preempted && _waiting.Count > 0));
        if (!stepped && _paused.Count > 0)
        {
            Resume(step);
        }

        _paused.Clear();
    }

    private void Resume(long step)
    {
        foreach (int slot in _paused)
        {
            ref Sequence sequence = ref _sequences[slot];
            RemoveRow(ref sequence);
            _completions.Remove(slot);
            sequence.JoinStep--;
            sequence.LastStep--;
            sequence.Missed = 0;
            _completions.Add(slot, sequence.LastStep, sequence.AdmittedAs, step);
            AddRow(ref sequence);
        }

        // What they fill next was looked up as if they had missed it.
        foreach (ref SharingSequence sharing in CollectionsMarshal.AsSpan(_sharing))
        {
            sharing.NextFilledIn = Math.Min(sharing.NextFilledIn, step);
        }
    }

    // Brings the first in the queue whose type may still join to the front; those before it stand aside.
    private bool HeadMayJoin()
    {
        if (_gatePass.Newcomers <= 0)
        {
            _turnedAway = true;
            return false;
        }

        while (_waiting.Count > 0 && _newcomers[_beliefs[_waiting.Head].Type] <= 0)
        {
            _turnedAway = true;
            if (!AnyTypeMayJoin())
            {
                return false;
            }

            _setAside.Add(_waiting.Head);
            _waiting.PopFront();
        }

        return _waiting.Count > 0;
    }

    private bool AnyTypeMayJoin()
    {
        for (int type = 0; type < _newcomers.Length; type++)
        {
            if (_newcomers[type] > 0 && _waitingByType[type] > 0)
            {
                return true;
            }
        }

        return false;
    }

    private void PutBack()
    {
        for (int i = _setAside.Count - 1; i >= 0; i--)
        {
            int slot = _setAside[i];
            ref readonly Sequence sequence = ref _sequences[slot];
            _waiting.Return(slot, KeyOf(slot), sequence.Arrival, sequence.Id);
        }

        _setAside.Clear();
    }

    private void PassGate(int slot)
    {
        int type = _beliefs[slot].Type;
        _waitingByType[type]--;
        _newcomers[type]--;
        _gatePass = _gatePass with { Newcomers = _gatePass.Newcomers - 1 };
    }

    // Whether passes like the last one follow until somebody arrives or ends: nobody is held back, and either nobody may join or the first
    // in the queue still may, which memory has stopped.
    private bool StaysOpen()
    {
        StepPass next = AskGate();
        if (next.RunsBelow < int.MaxValue || !next.Lasts)
        {
            return false;
        }

        return next.Newcomers <= 0 || !AnyTypeMayJoin() || (!_turnedAway && _newcomers[_beliefs[_waiting.Head].Type] > 0);
    }
}
