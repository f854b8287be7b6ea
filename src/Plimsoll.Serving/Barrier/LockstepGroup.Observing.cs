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

    private void NoteEnd(in RequestTimeline timeline, int worker)
    {
        // Who hung up before the first token still had one computed.
        _endedRequests[worker]++;
        _endedTokens[worker] += timeline.PromptTokens + Math.Max(1, timeline.OutputTokens);
        _anybodyEnded = true;
    }

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
            bool lastAlone = steps > 1 && _anybodyEnded;
            if (lastAlone)
            {
                Describe(boundary, steps, from: 0, count: steps - 1);
                _observer.Stepped(_steps);
            }

            Describe(boundary, steps, from: lastAlone ? steps - 1 : 0, count: lastAlone ? 1 : steps);
            _observer.Stepped(_steps);
        }

        Array.Clear(_endedRequests);
        Array.Clear(_endedTokens);
        _anybodyEnded = false;
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
            _steps.RequestsOn[i] = worker.Requests + _endedRequests[i];
        }
    }
}
