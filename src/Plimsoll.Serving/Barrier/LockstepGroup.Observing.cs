using Plimsoll.Core;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Serving.Barrier;

/// <content>What is told to those who watch: loads at the ends of steps, and what the steps took each worker.</content>
public sealed partial class LockstepGroup
{
    private readonly LockstepSteps _steps;

    // By worker: how many requests ended with the last step, and their tokens.
    private readonly int[] _endedRequests;
    private readonly long[] _endedTokens;
    private bool _anybodyEnded;

    // Over all workers: what has ended held, less the prompts that joined; with the loads, all output so far.
    private long _passedTokens;
    private long _outputTokens;

    private void NoteEnd(in RequestTimeline timeline, int worker)
    {
        // Who hung up before the first token still had one computed.
        _endedRequests[worker]++;
        _endedTokens[worker] += timeline.PromptTokens + Math.Max(1, timeline.OutputTokens);
        _passedTokens += timeline.PromptTokens + timeline.OutputTokens;
        _anybodyEnded = true;
    }

    private void NoteRest(long picoseconds) => _observer?.Rested(picoseconds);

    // Before the pace of the steps that have just ended is forgotten. Only in the first of several steps may a row be computed in vain, so
    // that loads are reckoned back from the last.
    private void Tell(Instant boundary, long steps)
    {
        if (_observer is null)
        {
            return;
        }

        if (steps > 0)
        {
            long output = OutputOf(boundary, steps);
            bool lastAlone = steps > 1 && _anybodyEnded;
            if (lastAlone)
            {
                Describe(boundary, steps, from: 0, count: steps - 1);
                _steps.FirstOutputTokens = output;
                _observer.Stepped(_steps);
            }

            Describe(boundary, steps, from: lastAlone ? steps - 1 : 0, count: lastAlone ? 1 : steps);
            _steps.FirstOutputTokens = lastAlone ? Rows() : output;
            _observer.Stepped(_steps);
        }

        Array.Clear(_endedRequests);
        Array.Clear(_endedTokens);
        _anybodyEnded = false;
    }

    // What the first of these steps gave: the others give a token for each row.
    private long OutputOf(Instant boundary, long steps)
    {
        long all = _passedTokens;
        foreach (ReplicaEngine worker in _workers)
        {
            all += worker.LoadTokens(boundary);
        }

        long given = all - _outputTokens;
        _outputTokens = all;
        return given - (Rows() * (steps - 1));
    }

    private long Rows()
    {
        long rows = 0;
        for (int i = 0; i < _workers.Length; i++)
        {
            rows += _pace.RowsOf(i);
        }

        return rows;
    }

    private void Describe(Instant boundary, long steps, long from, long count)
    {
        bool endsWithLast = from + count == steps;
        _steps.Count = count;
        _steps.FirstPicoseconds = _pace.First + (_pace.Growth * from);
        _steps.PicosecondsGrowth = _pace.Growth;
        _steps.Start = _clock.At(new Instant(boundary.Nanoseconds - steps + from));
        _steps.FollowsAssignment = from == 0 && _placements.Count > 0;
        for (int i = 0; i < _workers.Length; i++)
        {
            ReplicaEngine worker = _workers[i];
            long growth = steps == 1 ? 0 : _pace.RowsOf(i);
            long ended = endsWithLast && count == 1 ? 0 : _endedTokens[i];
            _steps.Loads[i] = worker.LoadTokens(boundary) + ended - (growth * (steps - from - 1));
            _steps.LoadsGrowth[i] = growth;
            _steps.Times[i] = _pace.WorkOf(i, boundary.Nanoseconds - steps + from + 1);
            _steps.TimesGrowth[i] = _pace.GrowthOf(i);
            _steps.PromptTimes[i] = from == 0 ? _pace.PromptWorkOf(i, boundary.Nanoseconds - steps + 1) : 0;
            _steps.RowsOn[i] = _pace.RowsOf(i);
            _steps.RequestsOn[i] = worker.Requests + _endedRequests[i];
        }
    }
}
