using Plimsoll.Core;
using Plimsoll.Policies;

namespace Plimsoll.Serving.Dispatch;

/// <content>Going on from what another dispatcher knew.</content>
public sealed partial class Dispatcher
{
    /// <summary>A dispatcher that decides as the one whose state this is would have.</summary>
    /// <exception cref="ArgumentException">No dispatcher can have had this state.</exception>
    public Dispatcher(DispatcherState state)
        : this(state.Configuration with { WindowRequests = null }, state.Replicas.Length, RandomStream.Restored(state.Random))
    {
        for (int i = 0; i < _replicas.Length; i++)
        {
            ReplicaView view = state.Replicas[i];
            _replicas[i] = view;
            _waitingRequests += view.WaitingRequests + view.SentSinceReport;
            _inFlightRequests += view.InFlightRequests;
            _inFlightTokens += view.InFlightTokens;
            _windows[i] = state.Windows[i];
            _limited += _windows[i] < int.MaxValue ? 1 : 0;
            _open -= _windows[i] > 0 ? 0 : 1;
        }

        foreach (ref readonly InferenceRequest request in state.Queued.AsSpan())
        {
            _queue.Add(request, Instant.Zero);
            _queuedTokens += Charge(request);
        }

        // After the queue is filled: who comes back to a queue may be charged for it, and all of these are there already.
        Remind(_admission, state.Admission);
        Remind(_queue.Ordering, state.Ordering);
        Remind(_routing, state.Routing);
        _prefixes = _prefixes is null || state.Prefixes is null ? _prefixes : new PrefixTable(_replicas.Length, state.Prefixes);
    }

    /// <summary>All that its next decisions depend on; between two calls.</summary>
    public DispatcherState Saved() => new()
    {
        Configuration = _configuration,
        Random = _random.Saved(),
        Admission = MemoryOf(_admission),
        Ordering = MemoryOf(_queue.Ordering),
        Routing = MemoryOf(_routing),
        Replicas = [.. _replicas],
        Windows = [.. _windows],
        Queued = _queue.Saved(),
        Prefixes = _prefixes?.Saved(),
    };

    private static ulong[] MemoryOf(object policy) => policy is IRemembers known ? known.Saved() : [];

    private static void Remind(object policy, ulong[] words)
    {
        if (policy is IRemembers known)
        {
            known.Restore(words);
        }
        else if (words.Length > 0)
        {
            throw new ArgumentException("a policy without memory was given one", nameof(words));
        }
    }
}
