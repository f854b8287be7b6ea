using Plimsoll.Core;
using Plimsoll.Policies.Batching;

namespace Plimsoll.Testing;

/// <content>Order, look ahead and eviction, straight from their definitions (scheduling theory, section 4).</content>
public sealed partial class TickingReplica
{
    private readonly int _ahead = configuration.CountsNewToken ? 1 : 0;
    private RandomStream _dice = dice;
    private readonly IBacklogOrder? _backlogOrder = configuration.Rules.Backlog?.Invoke();
    private bool _backlogChanged;
    private Int128 _stall;

    private long CapacityTokens => configuration.KvBlocks * _blockTokens;

    // The step that is being composed.
    private long Step => _batches.Count;

    private long Held(long tokens) => Blocks(tokens + _ahead);

    private static QueuedRequest ViewOf(Request r) => new(
        r.Arrived.Id, r.Arrived.Arrival, r.Arrived.PromptTokens, r.Emitted + r.Placeholders, r.Arrived.Details?.Priority ?? 0, r.Prediction, r.LowerBound);

    private long KeyOf(Request r) => _rules.Order!.Key(ViewOf(r));

    private Request? FirstWaiting() => _rules.Order is null
        ? _waiting.FirstOrDefault(MayJoin)
        : _waiting.Where(MayJoin).OrderBy(KeyOf).ThenBy(r => r.Arrived.Arrival).ThenBy(r => r.Arrived.Id).FirstOrDefault();

    private Request? LastRunning(IReadOnlyList<Request> except) => _running.Except(except)
        .OrderBy(KeyOf).ThenBy(r => r.Arrived.Arrival).ThenBy(r => r.Arrived.Id).LastOrDefault();

    private void ArrangeBacklog()
    {
        if (_backlogOrder is not { } order || !_backlogChanged || _waiting.Count == 0)
        {
            return;
        }

        Request[] waiting = [.. _waiting.OrderBy(r => r.Arrived.Arrival).ThenBy(r => r.Arrived.Id)];
        int[] places = new int[waiting.Length];
        order.Arrange([.. waiting.Select(ViewOf)], CapacityTokens - (long)Math.Ceiling(_rules.ReservedFraction * CapacityTokens), places);
        _waiting.Clear();
        foreach (int place in places)
        {
            _waiting.AddLast(waiting[place]);
        }

        _backlogChanged = false;
    }

    private long AssumedLeft(Request r) => Math.Clamp((_rules.LookAhead switch
    {
        AssumedLength.Lower => r.LowerBound + (long)(_rules.Lean * Math.Max(0, r.Prediction.Upper - r.LowerBound)),
        AssumedLength.Upper => r.Prediction.Upper > 0 ? r.Prediction.Upper
            : CapacityTokens - (long)Math.Ceiling(_rules.ReservedFraction * CapacityTokens),
        _ => r.Prediction.Point,
    }) - r.Emitted, 1, 1L << 40);

    private long SizeOf(Request r) => r.Known + _ahead + _blockTokens - 1;

    // Memory suffices in every coming step in which somebody is believed to end, and in this one.
    private bool LeavesRoom(Request candidate)
    {
        if (_rules.LookAhead == AssumedLength.None || _running.Count == 0)
        {
            return true;
        }

        long capacity = CapacityTokens - (long)Math.Ceiling(_rules.ReservedFraction * CapacityTokens);
        long ownEnd = Step + AssumedLeft(candidate) - 1;
        foreach (long step in _running.Select(r => Math.Max(r.End, Step)).Append(ownEnd).Append(Step))
        {
            long held = step <= ownEnd ? SizeOf(candidate) + step - Step : 0;
            held += _running.Where(r => Math.Max(r.End, Step) >= step).Sum(r => r.Size + step - r.Start);
            if (held > capacity)
            {
                return false;
            }
        }

        return true;
    }

    private void Expect(Request r)
    {
        r.Start = Step;
        r.Size = SizeOf(r);
        r.End = Step + AssumedLeft(r) - 1;
    }

    private void EvictBeforeStep()
    {
        _stall = 0;
        bool first = true;
        while (_running.Sum(r => Held(r.Computed + 1) - r.Blocks.Count) > _free.Count && _rules.Eviction.Victim >= EvictionVictim.SmallestBound)
        {
            switch (_rules.Eviction.Victim)
            {
                case EvictionVictim.SmallestBound:
                    bool refined = _rules.Eviction.RefinesBounds;
                    Preempt(_running
                        .OrderBy(r => refined ? Math.Max(r.LowerBound, r.Emitted) : r.LowerBound)
                        .ThenBy(r => r.Arrived.Arrival).ThenBy(r => r.Arrived.Id).First());
                    break;
                case EvictionVictim.Everybody:
                    foreach (Request r in _running.AsEnumerable().Reverse().ToList())
                    {
                        Preempt(r);
                    }

                    break;
                default:
                    _stall += first ? 0 : _rules.Eviction.Stall.Nanoseconds * 1000;
                    foreach (Request r in _running.Where(_ => _dice.NextOpenUnit() < _rules.Eviction.Probability).ToList())
                    {
                        Preempt(r);
                    }

                    break;
            }

            first = false;
        }
    }

    private void LoseProgress(Request r)
    {
        int known = r.Emitted + (_rules.Eviction.BumpsBounds ? 1 : 0);
        r.LowerBound = Math.Max(r.LowerBound, known);
        _backlogChanged = true;
        if (_rules.Eviction.Restarts)
        {
            r.Emitted = 0;
            Instants(r).Clear();
            r.Timeline.Scheduled = Instant.Never;
            r.Timeline.FirstToken = Instant.Never;
        }
    }

    private void MakeWay()
    {
        if (!_rules.Eviction.MakesWay || _waiting.Count == 0)
        {
            return;
        }

        Request head = FirstWaiting()!;
        var victims = new List<Request>();
        bool Fits()
        {
            IEnumerable<Request> rest = _running.Except(victims);
            long free = _free.Count + victims.Sum(r => r.Blocks.Count);
            return rest.Count() < _rules.MaxSequences
                && Held(head.Known) + rest.Sum(r => Math.Max(0, Held(r.Computed + 1) - r.Blocks.Count)) <= free;
        }

        while (!Fits() && LastRunning(victims) is { } victim && KeyOf(victim) > KeyOf(head))
        {
            victims.Add(victim);
        }

        if (Fits())
        {
            victims.ForEach(Preempt);
        }
    }

    // As the running part of a pass, but the last in order gives way, and what it was granted in this pass is taken back.
    private bool RunAndTakeBack(List<Row> rows, ref int budget)
    {
        var grants = new List<(Request Request, int Tokens)>();
        bool preempted = false;
        foreach (Request r in _running.ToList())
        {
            if (budget == 0)
            {
                break;
            }

            bool lastInFlight = _rules.StepsInFlight > 1 && r.Placeholders > 0 && !r.StopsUnannounced
                && r.Computed + 2 - r.Placeholders >= r.Arrived.PromptTokens + r.Outputs;
            if (lastInFlight || !_running.Contains(r))
            {
                continue;
            }

            int tokens = r.Known + r.Placeholders - r.Computed;
            tokens = _rules.ChunkTokens > 0 ? Math.Min(tokens, _rules.ChunkTokens) : tokens;
            tokens = Math.Min(tokens, budget);
            while (_running.Contains(r) && !Grow(r, r.Computed + tokens))
            {
                Request victim = LastRunning([])!;
                budget += grants.Where(grant => grant.Request == victim).Sum(grant => grant.Tokens);
                grants.RemoveAll(grant => grant.Request == victim);
                Preempt(victim);
                preempted = true;
            }

            if (!_running.Contains(r))
            {
                break;
            }

            budget -= tokens;
            grants.Add((r, tokens));
        }

        foreach ((Request r, int tokens) in grants)
        {
            Run(rows, r, tokens);
        }

        return preempted;
    }
}
