using Plimsoll.Core;
using Plimsoll.Policies.Batching;

namespace Plimsoll.Testing;

/// <content>Who takes part in a step, counted afresh each time (scheduling theory, section 6.2).</content>
public sealed partial class TickingReplica
{
    private readonly IStepGate? _gate = configuration.Rules.Gate?.Invoke();
    private readonly Dictionary<int, int> _joined = [];
    private StepPass _pass = new(int.MaxValue, int.MaxValue, Lasts: false);
    private int[] _newcomers = [];
    private Instant _heldSince = Instant.Never;
    private bool _outOfPatience;

    // Nobody took part in the last pass although somebody is there: time passes until somebody arrives or patience ends.
    private bool _gateShut;

    private static int Stage(Request r) => r.Emitted + r.Placeholders;

    private void ArriveAtGate(Request r)
    {
        if (_gate is not null)
        {
            r.Type = _gate.TypeOf(ViewOf(r));
            _gate.Arrived(ViewOf(r), r.Type, r.Arrived.Arrival);
            _outOfPatience = false;
        }
    }

    private bool OpensGate(Int128 now)
    {
        _gateShut = false;
        _joined.Clear();
        if (_gate is null)
        {
            return true;
        }

        var stamp = new Instant((long)(now / 1000));
        if (_heldSince != Instant.Never && stamp >= _heldSince + _gate.Patience)
        {
            _outOfPatience = true;
        }

        if (_waiting.Count + _running.Count == 0)
        {
            _heldSince = Instant.Never;
            return true;
        }

        int[] boundaries = _gate.Boundaries.ToArray();
        int[] waiting = [.. Enumerable.Range(0, _gate.Types).Select(type => _waiting.Count(r => r.Type == type))];
        int[] atBoundary = [.. boundaries.Select(boundary => _running.Count(r => Stage(r) == boundary))];
        _newcomers = new int[_gate.Types];
        _pass = _gate.Decide(
            new StepDemand
            {
                Waiting = waiting,
                Running = _running.Count,
                AtBoundary = atBoundary,
                MaxSequences = _rules.MaxSequences,
                KvTokens = CapacityTokens,
                OutOfPatience = _outOfPatience,
            },
            _newcomers);
        foreach (Request r in _running)
        {
            r.Paused = !TakesPart(r);
        }

        if (_pass.RunsBelow > 0)
        {
            return true;
        }

        _heldSince = _heldSince == Instant.Never ? stamp : _heldSince;
        _gateShut = true;
        return false;
    }

    private bool TakesPart(Request r) => Stage(r) < _pass.RunsBelow;

    private bool MayJoin(Request r) => _gate is null
        || (_joined.Values.Sum() < _pass.Newcomers && _joined.GetValueOrDefault(r.Type) < _newcomers[r.Type]);

    private void PassGate(Request r)
    {
        _joined[r.Type] = _joined.GetValueOrDefault(r.Type) + 1;
        r.Paused = false;
    }

    private void HoldBack(Int128 now, bool again)
    {
        if (_gate is null)
        {
            return;
        }

        bool held = _running.Exists(r => r.Paused) || (!again && _waiting.Count > 0);
        Instant since = _heldSince == Instant.Never ? new Instant((long)(now / 1000)) : _heldSince;
        _heldSince = held ? since : Instant.Never;
        _gateShut = held && !again;
    }
}
