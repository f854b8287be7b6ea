using System.Globalization;
using Plimsoll.Core;

namespace Plimsoll.Workloads;

/// <summary>
/// Sessions of several turns: each prompt is the prompt before it, the answer to that, and new tokens of the user; the first begins with
/// one of the shared system prompts. Requests carry their session and prefix hashes of prompt and answer, so that a prefix cache finds
/// what it would find. Holds one small record for each session that is going on.
/// </summary>
public sealed class SessionSource : IRequestSource
{
    private readonly SessionOptions _options;
    private readonly double[] _cumulativeShare;
    private readonly PriorityQueue<Session, (Instant Time, long Number)> _active = new();
    private readonly ulong _seed;
    private RandomStream _arrivalDice;
    private RandomStream _shapeDice;
    private RandomStream _promptDice;
    private RandomStream _outputDice;
    private RandomStream _gapDice;
    private Instant _nextSession = Instant.Zero;
    private long _sessions;
    private long _requests;

    /// <summary>
    /// Sessions of this shape. The streams "arrivals", "prompt" and "output" of the tree are used as in <see cref="GeneratedSource"/>, and
    /// "sessions" and "turn-gaps" besides.
    /// </summary>
    public SessionSource(SessionOptions options, RandomTree random)
    {
        _options = options;
        _seed = StableHash.Combine(StableHash.Of("prefix"), random.Seed);
        _cumulativeShare = CumulativeShares(options.SystemPrompts, options.SystemPromptSkew);
        _arrivalDice = random.Stream("arrivals");
        _shapeDice = random.Stream("sessions");
        _promptDice = random.Stream("prompt");
        _outputDice = random.Stream("output");
        _gapDice = random.Stream("turn-gaps");
        ScheduleSession();
    }

    /// <inheritdoc/>
    public int Read(Span<InferenceRequest> buffer)
    {
        int count = 0;
        while (count < buffer.Length && TryNext(out Session session, out Instant now))
        {
            buffer[count++] = Turn(session, now);
        }

        return count;
    }

    private static double[] CumulativeShares(int count, double skew)
    {
        double[] shares = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += Math.Pow(i + 1, -skew);
            shares[i] = sum;
        }

        return shares;
    }

    private bool TryNext(out Session session, out Instant now)
    {
        if (_active.TryPeek(out session, out (Instant Time, long Number) next) && next.Time < _nextSession)
        {
            _active.Dequeue();
            now = next.Time;
            return true;
        }

        now = _nextSession;
        if (_nextSession == Instant.Never)
        {
            return false;
        }

        session = Begin();
        ScheduleSession();
        return true;
    }

    private void ScheduleSession() =>
        _nextSession = _sessions < _options.Sessions ? _options.Arrivals.Next(_nextSession, _sessions, ref _arrivalDice) : Instant.Never;

    private Session Begin()
    {
        double point = _shapeDice.NextOpenUnit() * _cumulativeShare[^1];
        int found = Array.BinarySearch(_cumulativeShare, point);
        int group = found < 0 ? ~found : found;
        int turns = _options.Turns.Sample(ref _shapeDice);
        int prompt = _options.SystemTokens + _options.UserTokens.Sample(ref _promptDice);
        return new Session(_sessions++, group, turns, Math.Min(prompt, _options.MaxPromptTokens));
    }

    private InferenceRequest Turn(Session session, Instant now)
    {
        int output = _options.OutputTokens.Sample(ref _outputDice);
        RequestDetails details = new()
        {
            Session = session.Number.ToString(CultureInfo.InvariantCulture),
            PrefixHashArray = Hashes(session, (long)session.Prompt + output),
            BlockTokens = _options.BlockTokens,
        };
        InferenceRequest request = new(new RequestId(_requests++), now, session.Prompt, output, details);
        Continue(session, now, output);
        return request;
    }

    private void Continue(Session session, Instant now, int output)
    {
        if (session.TurnsLeft <= 1)
        {
            return;
        }

        double gap = -Math.Log(_gapDice.NextOpenUnit()) * _options.MeanTurnGap.Nanoseconds;
        long prompt = (long)session.Prompt + output + _options.UserTokens.Sample(ref _promptDice);
        if (prompt <= _options.MaxPromptTokens && gap < long.MaxValue - now.Nanoseconds)
        {
            Instant next = new(now.Nanoseconds + (long)gap);
            _active.Enqueue(session with { TurnsLeft = session.TurnsLeft - 1, Prompt = (int)prompt }, (next, session.Number));
        }
    }

    // Blocks that lie wholly in the system prompt are the group's; all others are the session's own. Block i of a session is the same
    // text in every turn, except the last block of a turn, which the next turn fills up: it counts as another text until it is full.
    private ulong[] Hashes(Session session, long sequenceTokens)
    {
        int block = _options.BlockTokens;
        ulong[] hashes = new ulong[(sequenceTokens + block - 1) / block];
        ulong group = StableHash.Combine(_seed, 0, (ulong)session.Group);
        ulong own = StableHash.Combine(_seed, 1, (ulong)session.Number);
        int shared = Math.Min(_options.SystemTokens / block, hashes.Length);
        for (int i = 0; i < hashes.Length; i++)
        {
            hashes[i] = StableHash.Combine(i < shared ? group : own, (ulong)i);
        }

        if (sequenceTokens % block != 0)
        {
            hashes[^1] = StableHash.Combine(hashes[^1], (ulong)sequenceTokens);
        }

        return hashes;
    }

    private readonly record struct Session(long Number, int Group, int TurnsLeft, int Prompt);
}
