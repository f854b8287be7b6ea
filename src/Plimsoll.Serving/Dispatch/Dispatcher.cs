using Plimsoll.Core;
using Plimsoll.Policies;
using Plimsoll.Policies.Admission;
using Plimsoll.Policies.Routing;

namespace Plimsoll.Serving.Dispatch;

/// <summary>
/// Admission, queue and routing: the part of the river that is the same object in simulation and live. It decides and keeps the
/// books of what it sent where; it has no clock, opens nothing and waits for nothing. One owner calls it and executes its effects.
/// </summary>
public sealed partial class Dispatcher
{
    private readonly ReplicaView[] _replicas;

    // Most requests in flight on each replica, how many replicas have such a limit, and how many take requests at all.
    private readonly int[] _windows;
    private int _limited;
    private int _open;

    // Replicas with room in their window, and where they stand in the whole list; only used when there is a window.
    private readonly ReplicaView[] _withRoom;
    private readonly int[] _placeOf;
    private readonly int[] _hitsOfCandidates;
    private IAdmissionPolicy _admission;
    private IRoutingPolicy _routing;
    private FlowQueue _queue;
    private PrefixTable? _prefixes;
    private DispatcherConfiguration _configuration;
    private RandomStream _random;
    private int _waitingRequests;
    private int _inFlightRequests;
    private long _inFlightTokens;
    private long _queuedTokens;

    /// <summary>A dispatcher in front of <paramref name="replicas"/> idle replicas, from 1, numbered from 0.</summary>
    /// <param name="configuration">The policies.</param>
    /// <param name="replicas">How many replicas.</param>
    /// <param name="routing">Chance for routing, from the run's substream of that name.</param>
    public Dispatcher(DispatcherConfiguration configuration, int replicas, RandomStream routing)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        _replicas = new ReplicaView[replicas];
        _windows = new int[replicas];
        Array.Fill(_windows, configuration.WindowRequests ?? int.MaxValue);
        _limited = configuration.WindowRequests is null ? 0 : replicas;
        _open = replicas;
        _random = routing;
        _configuration = configuration;
        (_admission, _routing, _queue, _prefixes) = Create(configuration);
        _withRoom = new ReplicaView[replicas];
        _placeOf = new int[replicas];
        _hitsOfCandidates = new int[replicas];
        for (int i = 0; i < replicas; i++)
        {
            _replicas[i].Id = new ReplicaId(i);
        }
    }

    /// <summary>Requests held here.</summary>
    public int QueuedRequests => _queue.Count;

    /// <summary>When the first of the requests held here runs out of time; <see cref="Instant.Never"/> if none will.</summary>
    public Instant NextDeadline => _queue.NextDeadline;

    /// <summary>A request arrived: it is refused, sent, or held.</summary>
    public void OnArrival(in InferenceRequest request, Instant now, DispatchEffects effects)
    {
        if (_open == 0)
        {
            effects.Reject(request, RejectReason.NoReplicaReady);
            return;
        }

        var fleet = new FleetView(_open, _queue.Count, _waitingRequests, _inFlightRequests, _inFlightTokens + _queuedTokens);
        AdmissionDecision decision = _admission.Decide(RequestViews.Of(request, now, default), fleet);
        if (!decision.Accepted)
        {
            effects.Reject(request, decision.Reason);
            return;
        }

        if (_limited == 0)
        {
            Send(request, now, _replicas, effects);
            return;
        }

        _queue.Add(request, now);
        _queuedTokens += Charge(request);
        SendQueued(now, effects);
    }

    /// <summary>A replica says how it is.</summary>
    public void OnReport(in ReplicaReport report)
    {
        ref ReplicaView view = ref _replicas[report.Replica.Value];
        _waitingRequests += report.WaitingRequests - view.WaitingRequests - view.SentSinceReport;
        view.ObservedAt = report.TakenAt;
        view.RunningRequests = report.RunningRequests;
        view.WaitingRequests = report.WaitingRequests;
        view.KvBlocksUsed = report.KvBlocksUsed;
        view.KvBlocksTotal = report.KvBlocksTotal;
        view.SentSinceReport = 0;
    }

    /// <summary>A request that was sent to <paramref name="replica"/> has ended, however it ended.</summary>
    /// <param name="replica">Where.</param>
    /// <param name="chargedTokens">Tokens of work charged to the replica.</param>
    /// <param name="now">When.</param>
    /// <param name="effects">What is to be done.</param>
    /// <param name="served">What the tenant had of it, where that is known.</param>
    public void OnEnded(int replica, int chargedTokens, Instant now, DispatchEffects effects, in ServedTokens served = default)
    {
        _queue.Fair?.Served(served.Tenant, served.GivenBackTokens, (long)served.OutputTokens - served.PredictedTokens);
        ref ReplicaView view = ref _replicas[replica];
        view.InFlightRequests--;
        view.InFlightTokens -= chargedTokens;
        _inFlightRequests--;
        _inFlightTokens -= chargedTokens;
        Invariant.Holds(view.InFlightRequests >= 0 && view.InFlightTokens >= 0, "no request ends that was not sent");
        if (_queue.Count > 0)
        {
            SendQueued(now, effects);
        }
    }

    /// <summary>
    /// A replica failed before it had answered anything: its books are closed, and the request goes to another that takes requests,
    /// whatever its window, since it has waited once. It is refused if there is none.
    /// </summary>
    public void OnRetry(in InferenceRequest request, int failed, int chargedTokens, Instant now, DispatchEffects effects)
    {
        OnEnded(failed, chargedTokens, now, effects, ServedTokens.InVain(request));
        int others = 0;
        for (int i = 0; i < _replicas.Length; i++)
        {
            if (i != failed && _windows[i] > 0)
            {
                _placeOf[others] = i;
                _withRoom[others++] = _replicas[i];
            }
        }

        if (others == 0)
        {
            effects.Reject(request, RejectReason.NoReplicaReady);
            return;
        }

        Send(request, now, _withRoom.AsSpan(0, others), effects);
    }

    /// <summary>
    /// From now on a replica takes at most so many requests in flight: 0 for one that is down or drains, none for no limit.
    /// </summary>
    public void OnWindow(int replica, int? requests, Instant now, DispatchEffects effects)
    {
        int window = requests ?? int.MaxValue;
        ArgumentOutOfRangeException.ThrowIfNegative(window, nameof(requests));
        _limited += (window < int.MaxValue ? 1 : 0) - (_windows[replica] < int.MaxValue ? 1 : 0);
        _open += (window > 0 ? 1 : 0) - (_windows[replica] > 0 ? 1 : 0);
        _windows[replica] = window;
        SendQueued(now, effects);
    }

    /// <summary>
    /// A replica has lost cached content, or says how much it holds at most: what it is believed to have beyond that is forgotten.
    /// </summary>
    /// <param name="replica">Where.</param>
    /// <param name="keptTokens">Tokens that it may still hold, from 0 for nothing.</param>
    public void OnForgotten(int replica, long keptTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(keptTokens);
        _prefixes?.Forget(replica, keptTokens);
    }

    /// <summary>A replica says that it has cached these prefixes now, whoever sent them there.</summary>
    /// <param name="replica">Where.</param>
    /// <param name="prefixes">Hashes as requests bring them, of the prefixes that are remembered: see <see cref="PrefixStride"/>.</param>
    public void OnStored(int replica, ReadOnlySpan<ulong> prefixes) => _prefixes?.Stored(replica, prefixes);

    /// <summary>A replica says that it no longer has these prefixes.</summary>
    /// <param name="replica">Where.</param>
    /// <param name="prefixes">Hashes as in <see cref="OnStored"/>.</param>
    public void OnRemoved(int replica, ReadOnlySpan<ulong> prefixes) => _prefixes?.Removed(replica, prefixes);

    /// <summary>The client of a request hung up: true if it was held here and is forgotten, false if it was sent or has ended.</summary>
    public bool OnCancelled(RequestId id, Instant now)
    {
        if (!_queue.Remove(id, now, out InferenceRequest request))
        {
            return false;
        }

        _queuedTokens -= Charge(request);
        return true;
    }

    /// <summary>Time passes: requests held here whose deadline has come are refused. Worth a call at <see cref="NextDeadline"/>.</summary>
    public void OnTimer(Instant now, DispatchEffects effects)
    {
        while (_queue.NextDeadline <= now)
        {
            InferenceRequest request = _queue.TakeMostUrgent(now);
            _queuedTokens -= Charge(request);
            effects.Reject(request, RejectReason.DeadlineExceeded);
        }
    }

    /// <summary>
    /// Other policies from now on; requests held here stay, and windows too unless the configuration has one. A policy that stays goes on
    /// from what it remembers.
    /// </summary>
    public void Reconfigure(DispatcherConfiguration configuration, Instant now, DispatchEffects effects)
    {
        (FlowQueue held, PrefixTable? prefixes) = (_queue, _prefixes);
        (DispatcherConfiguration before, IAdmissionPolicy admission, IRoutingPolicy routing) = (_configuration, _admission, _routing);
        _configuration = configuration;
        (_admission, _routing, _queue, _prefixes) = Create(configuration);
        _prefixes = _prefixes is null ? null : prefixes ?? _prefixes;
        held.MoveTo(_queue, now);
        GoOn(before.Admission.Entry, admission, configuration.Admission.Entry, _admission);
        GoOn(before.Ordering.Entry, held.Ordering, configuration.Ordering.Entry, _queue.Ordering);
        GoOn(before.Routing.Entry, routing, configuration.Routing.Entry, _routing);
        for (int i = 0; i < _windows.Length && configuration.WindowRequests is not null; i++)
        {
            if (_windows[i] > 0)
            {
                OnWindow(i, configuration.WindowRequests, now, effects);
            }
        }

        SendQueued(now, effects);
    }

    private static int Charge(in InferenceRequest request) =>
        (int)Math.Min(int.MaxValue, (long)request.PromptTokens + RequestViews.PredictionOf(request));

    private static void GoOn(PolicyEntry before, object from, PolicyEntry after, object to)
    {
        if (ReferenceEquals(before, after) && from is IRemembers known)
        {
            ((IRemembers)to).Restore(known.Saved());
        }
    }

    private (IAdmissionPolicy Admission, IRoutingPolicy Routing, FlowQueue Queue, PrefixTable? Prefixes) Create(
        DispatcherConfiguration configuration) =>
    (
        configuration.Admission.Create(),
        configuration.Routing.Create(),
        new FlowQueue(configuration.Ordering.Create()),
        configuration.Signals.HasFlag(Signals.PrefixHits) ? new PrefixTable(_replicas.Length) : null);

    private void SendQueued(Instant now, DispatchEffects effects)
    {
        while (_queue.Count > 0)
        {
            int room = 0;
            for (int i = 0; i < _replicas.Length; i++)
            {
                if (_replicas[i].InFlightRequests < _windows[i])
                {
                    _placeOf[room] = i;
                    _withRoom[room++] = _replicas[i];
                }
            }

            if (room == 0)
            {
                return;
            }

            InferenceRequest request = _queue.TakeFirst(now);
            _queuedTokens -= Charge(request);
            Send(request, now, _withRoom.AsSpan(0, room), effects);
        }
    }

    private void Send(in InferenceRequest request, Instant now, ReadOnlySpan<ReplicaView> candidates, DispatchEffects effects)
    {
        ReadOnlySpan<int> hits = _prefixes is null ? default : Candidates(_prefixes.HitsOf(request), candidates.Length);
        int choice = _routing.Choose(RequestViews.Of(request, now, hits), candidates, ref _random);
        int replica = candidates[choice].Id.Value;
        int charged = Charge(request);
        ref ReplicaView view = ref _replicas[replica];
        view.InFlightRequests++;
        view.InFlightTokens += charged;
        view.SentSinceReport++;
        _inFlightRequests++;
        _inFlightTokens += charged;
        _waitingRequests++;
        _prefixes?.Sent(replica);
        _queue.Fair?.Served(RequestViews.TenantOf(request), request.PromptTokens, RequestViews.PredictionOf(request));
        effects.Send(request, replica, charged);
    }

    // Hits in the order of the candidates.
    private ReadOnlySpan<int> Candidates(ReadOnlySpan<int> hits, int candidates)
    {
        if (hits.IsEmpty || candidates == _replicas.Length)
        {
            return hits;
        }

        for (int i = 0; i < candidates; i++)
        {
            _hitsOfCandidates[i] = hits[_placeOf[i]];
        }

        return _hitsOfCandidates.AsSpan(0, candidates);
    }
}
