using Plimsoll.Core;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Gateway.Emulation;

/// <summary>
/// A replica engine and those who wait for its tokens: tells every call of its tokens, each with the instant at which the step that
/// computed it ended. It has no clock and no threads; its owner says what time it is, never backwards.
/// </summary>
internal sealed class HostedReplica(
    ReplicaConfiguration configuration, RandomStream dice, EmulatorMetrics metrics, CacheEvents? cache = null)
{
    private readonly ReplicaEngine _engine = new(new ReplicaId(0), configuration, dice) { CacheObserver = cache };
    private readonly Dictionary<RequestId, EmulatedSequence> _inside = [];
    private readonly bool _identifiesContent = configuration.Rules.PrefixCaching;
    private Instant _told = new(-1);
    private Instant _nextStepEnd = Instant.Never;
    private long _arrived;

    /// <summary>Seconds of engine time in one of the wall clock, which is the one that metrics are in.</summary>
    public double Rate { get; set; } = 1;

    /// <summary>When there is something to do again, unless more arrives.</summary>
    public Instant NextEvent => _engine.NextWake < _nextStepEnd ? _engine.NextWake : _nextStepEnd;

    /// <summary>When somebody last came or went: never at an instant that was told already.</summary>
    public Instant LastEntry { get; private set; }

    public ref readonly ReplicaStatistics Statistics => ref _engine.Statistics;

    /// <summary>Requests inside.</summary>
    public int Requests => _engine.Requests;

    /// <summary>Different contents of blocks in its prefix cache.</summary>
    public int CachedContents => _engine.CachedContents;

    /// <summary>What the replica says of itself.</summary>
    public ReplicaReport Report(Instant now)
    {
        AdvanceTo(now);
        return _engine.Report(now);
    }

    /// <summary>Does everything through <paramref name="now"/>.</summary>
    public void AdvanceTo(Instant now)
    {
        while (NextEvent is var next && next <= now)
        {
            _engine.Wake(next);
            foreach (ref readonly EndedRequest ended in _engine.Ended)
            {
                TellEnd(ended.Timeline);
            }

            _engine.ClearEnded();
            _told = next;
            if (_engine.NextWake > next)
            {
                foreach (RequestProgress progress in _engine.Progress(next))
                {
                    TellTokens(_inside[progress.Id], progress.EmittedTokens, next);
                }

                _nextStepEnd = _engine.NextStepEnd(next);
            }
        }
    }

    /// <summary>Takes a call in, whole or not at all.</summary>
    public void Submit(EmulatedCall call, Instant now)
    {
        Instant at = Enter(now);
        call.Open = call.Sequences.Count;
        foreach (EmulatedSequence sequence in call.Sequences)
        {
            RejectReason reason = Submit(sequence, at);
            if (reason != RejectReason.None)
            {
                Remove(call, at);
                call.Tell(new EmulatedEvent(EmulatedEventKind.Refused, sequence.Index, 0, at, Reason: reason));
                call.Close();
                return;
            }
        }

        call.Tell(new EmulatedEvent(EmulatedEventKind.Accepted, 0, 0, at));
    }

    /// <summary>The client has left.</summary>
    public void Abort(EmulatedCall call, Instant now)
    {
        Remove(call, Enter(now));
        call.Close();
    }

    /// <summary>Everybody inside is lost.</summary>
    public void Crash(Instant now)
    {
        Instant at = Enter(now);
        foreach (EmulatedCall call in _inside.Values.Select(sequence => sequence.Call).Distinct().ToList())
        {
            Remove(call, at);
            call.Tell(new EmulatedEvent(EmulatedEventKind.Lost, 0, 0, at));
            call.Close();
        }
    }

    // Who comes or goes does so after the last step end that was told.
    private Instant Enter(Instant now)
    {
        AdvanceTo(now);
        return LastEntry = now > _told ? now : new Instant(_told.Nanoseconds + 1);
    }

    private RejectReason Submit(EmulatedSequence sequence, Instant at)
    {
        sequence.Id = new RequestId(_arrived++);
        sequence.Arrival = at;
        PromptText prompt = sequence.Prompt;
        var details = new RequestDetails
        {
            PrefixHashArray = _identifiesContent ? prompt.Hashes : [],
            BlockTokens = _identifiesContent && prompt.Hashes.Length > 0 ? configuration.BlockTokens : 0,
            MaxOutputTokens = sequence.Limit,
            Priority = sequence.Call.Priority,
        };
        var request = new InferenceRequest(sequence.Id, at, prompt.Tokens, sequence.OutputTokens, details);
        cache?.Enter(prompt);
        RejectReason reason = _engine.Submit(request, LengthPrediction.None, 0, at);
        if (reason == RejectReason.None)
        {
            _inside.Add(sequence.Id, sequence);
            LookAhead(at);
        }
        else
        {
            cache?.Leave(prompt);
        }

        return reason;
    }

    private void Remove(EmulatedCall call, Instant at)
    {
        foreach (EmulatedSequence sequence in call.Sequences)
        {
            if (!_inside.Remove(sequence.Id))
            {
                continue;
            }

            bool wasRunning = _engine.Abort(sequence.Id, at);
            cache?.Leave(sequence.Prompt);
            if (wasRunning)
            {
                RequestTimeline timeline = _engine.Ended[^1].Timeline;
                _engine.ClearEnded();
                metrics.Aborted(timeline);
                LookAhead(at);
            }
        }
    }

    // What is due at this very instant comes after it.
    private void LookAhead(Instant at) => _nextStepEnd = _engine.NextStepEnd(new Instant(at.Nanoseconds - 1));

    private void TellTokens(EmulatedSequence sequence, int tokens, Instant at)
    {
        // Who lost its tokens to an eviction computes them again; the client has them.
        if (tokens <= sequence.ToldTokens)
        {
            return;
        }

        Count(sequence, tokens, at);
        sequence.Call.Tell(new EmulatedEvent(EmulatedEventKind.Tokens, sequence.Index, tokens, at));
    }

    private void TellEnd(in RequestTimeline timeline)
    {
        if (!_inside.Remove(timeline.Id, out EmulatedSequence? sequence))
        {
            return;
        }

        cache?.Leave(sequence.Prompt);
        Count(sequence, timeline.OutputTokens, timeline.Finished);
        metrics.Completed(timeline, sequence.Stops, Rate);
        EmulatedCall call = sequence.Call;
        call.Tell(new EmulatedEvent(
            EmulatedEventKind.Ended, sequence.Index, timeline.OutputTokens, timeline.Finished, timeline.CachedTokens));
        if (--call.Open == 0)
        {
            call.Close();
        }
    }

    private void Count(EmulatedSequence sequence, int tokens, Instant at)
    {
        if (sequence.ToldTokens == 0)
        {
            metrics.FirstToken(sequence.Prompt.Tokens, (at - sequence.Arrival).Seconds / Rate);
        }
        else if (tokens > sequence.ToldTokens)
        {
            metrics.NextTokens((at - sequence.LastToken).Seconds / Rate);
        }

        metrics.Generated(tokens - sequence.ToldTokens);
        sequence.ToldTokens = tokens;
        sequence.LastToken = at;
    }
}
