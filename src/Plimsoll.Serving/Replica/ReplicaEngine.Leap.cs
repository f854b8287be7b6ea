using Plimsoll.Core;
using Plimsoll.Performance.StepTime;

namespace Plimsoll.Serving.Replica;

/// <content> The leap. While the same sequences decode, nobody can be admitted and memory lasts, each step differs from the one before by
/// one context token a row, so the steps' times are an arithmetic series and the blocks they take a count by residue class. A leap is
/// planned when a pass is done and committed, wholly or in part, when something happens. </content>
public sealed partial class ReplicaEngine
{
    private long _plannedSteps;
    private long _lineBase;
    private long _lineSlope;

    // How many steps can be composed without a decision.
    private void PlanLeap()
    {
        _plannedSteps = 0;
        bool empty = _waiting.Count == 0 && _running.Count == 0;
        Invariant.Holds(_inFlight > 0 || empty || HoldsBack, "an idle replica has nobody waiting or running, unless it holds them back");
        bool headMayFindMore = _headAwaitsBlocks && _waiting.Count > 0;
        bool endsAtOnce = _oldest.SingleTokens != None || _newest.SingleTokens != None;
        if (_inFlight < _stepsInFlight || _nextPassMayDiffer || headMayFindMore || _decoding == 0 || endsAtOnce)
        {
            return;
        }

        if (_gate is not null && !StaysOpen())
        {
            return;
        }

        long steps = Math.Min(_completions.NextStep(_step - _stepsInFlight + 1), _headMayEnterAt - 1) - _step;
        if (_rules.Eviction.MakesWay && _waiting.Count > 0)
        {
            steps = Math.Min(steps, StepsUntilKeysChange());
        }

        if (steps > 1)
        {
            _plannedSteps = WithinLine(WithinMemory(steps));
        }
    }

    // Commits the planned steps that were composed before `now`.
    private void AdvanceLeapTo(Instant now)
    {
        if (_plannedSteps == 0 || _oldest.End.Nanoseconds >= now.Nanoseconds)
        {
            return;
        }

        // Step J + i is composed when step J + i − (steps in flight) ends.
        long ended = 1 - _stepsInFlight;
        if (ended < 0 && _newest.End.Nanoseconds < now.Nanoseconds)
        {
            ended = 0;
        }

        if (ended == 0)
        {
            long available = ((now.Nanoseconds - _newest.End.Nanoseconds) * Picoseconds.PerNanosecond) - _newest.End.Picoseconds;
            ended = StepsEndingBefore(available, _plannedSteps - _stepsInFlight);
        }

        CommitLeap(Math.Min(_plannedSteps, ended + _stepsInFlight));
    }

    private void CommitLeap(long steps)
    {
        if (steps == 0)
        {
            return;
        }

        double heldBefore = _ledger.HeldBlocks;
        _ledger.Take(BlocksEntered(steps));
        long duration = TimeOfSteps(steps);
        if (_stepsInFlight > 1)
        {
            _oldest.End = StepEnd(steps - 1);
            (_oldest.Shape, _oldest.DecodesOnly) = steps == 1 ? (_newest.Shape, _newest.DecodesOnly) : (ShapeAhead(steps - 1), true);
            _oldest.DecodeStep = _step + steps - 1;
        }

        _newest.End = _newest.End.Plus(duration);
        (_newest.Shape, _newest.DecodesOnly) = (ShapeAhead(steps), true);
        _newest.DecodeStep = _step + steps;
        if (_stepsInFlight == 1)
        {
            _oldest = _newest;
        }

        _step += steps;
        _plannedSteps -= steps;
        _statistics.Steps += steps;
        _statistics.DecodeRows += _decoding * steps;
        Account(duration, (heldBefore + _ledger.HeldBlocks) / 2);
        _activity?.Add(_decoding, duration, promptPicoseconds: 0);
    }

    private long WithinLine(long steps)
    {
        long context = ContextOf(_step + 1);
        DecodeLine line = _stepTime.DecodeLineAt(_decoding, context, _decodingPromptTokens);
        (_lineBase, _lineSlope) = (line.BasePicoseconds, line.PicosecondsPerContextToken);
        if (line.ValidThroughContextTokens == long.MaxValue)
        {
            return steps;
        }

        long inside = ((line.ValidThroughContextTokens - context) / _decoding) + 1;
        return Math.Min(steps, inside);
    }

    private long WithinMemory(long steps)
    {
        long free = _ledger.FreeBlocks;
        if (!_growsBlockByBlock || free >= (_block.WholeBlocks(steps) + 1) * _decoding)
        {
            return steps;
        }

        long cycles = free / _decoding;
        long within = cycles * _block.Tokens;
        free -= cycles * _decoding;
        for (int phase = _block.PhaseOf(_step + 1); within < steps; within++, phase = NextPhase(phase))
        {
            free -= _crossings[phase];
            if (free < 0)
            {
                break;
            }
        }

        return Math.Min(within, steps);
    }

    private long BlocksEntered(long steps)
    {
        if (!_growsBlockByBlock)
        {
            return 0;
        }

        long cycles = _block.WholeBlocks(steps);
        long blocks = cycles * _decoding;
        int phase = _block.PhaseOf(_step + 1);
        for (long i = cycles * _block.Tokens; i < steps; i++, phase = NextPhase(phase))
        {
            blocks += _crossings[phase];
        }

        return blocks;
    }

    private int NextPhase(int phase) => phase + 1 == _block.Tokens ? 0 : phase + 1;

    private long ContextOf(long step) => (_decoding * step) + _contextOffsets;

    // Step J + ahead, J the newest in flight; 0 and below are in flight already.
    private StepInstant StepEnd(long ahead) => ahead switch
    {
        < 0 => _oldest.End,
        0 => _newest.End,
        _ => _newest.End.Plus(TimeOfSteps(ahead)),
    };

    // Sum of the next steps: an arithmetic series, exact in integers.
    private long TimeOfSteps(long steps)
    {
        long first = _lineBase + (_lineSlope * ContextOf(_step + 1));
        return (steps * first) + (_lineSlope * _decoding * (steps * (steps - 1) / 2));
    }

    // The most steps, up to `most`, whose sum is below `available`: a root found in floating point, then settled in integers.
    private long StepsEndingBefore(long available, long most)
    {
        if (most <= 0 || available <= 0)
        {
            return 0;
        }

        double curvature = _lineSlope * (double)_decoding / 2;
        double first = TimeOfSteps(1);
        double linear = first - curvature;
        double root = curvature > 0
            ? (Math.Sqrt((linear * linear) + (4 * curvature * available)) - linear) / (2 * curvature)
            : available / first;
        long steps = Math.Clamp((long)root, 0, most);
        while (steps < most && TimeOfSteps(steps + 1) < available)
        {
            steps++;
        }

        while (steps > 0 && TimeOfSteps(steps) >= available)
        {
            steps--;
        }

        return steps;
    }
}
