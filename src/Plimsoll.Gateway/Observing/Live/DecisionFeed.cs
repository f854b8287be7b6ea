using Plimsoll.Core;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Dispatch.Log;

namespace Plimsoll.Gateway.Observing.Live;

/// <summary>
/// The last decisions of one dispatcher, with what it saw: requests in flight at each replica, by the same books that it keeps. Its memory
/// is fixed.
/// </summary>
internal sealed class DecisionFeed : IDispatchWitness
{
    private const int Most = 64;

    private readonly Lock _lock = new();
    private readonly Decision[] _decisions = [.. Enumerable.Range(0, Most).Select(_ => new Decision())];
    private readonly int[] _inFlight;
    private readonly int?[] _windows;
    private string _routing;
    private long _count;
    private int _queued;

    /// <summary>The feed of a dispatcher that begins.</summary>
    public DecisionFeed(DispatcherConfiguration policies, int replicas)
    {
        (_routing, _inFlight, _windows) = (policies.Routing.ToString(), new int[replicas], new int?[replicas]);
        Array.Fill(_windows, policies.WindowRequests);
    }

    public void Saw(in DispatchInput input, ReadOnlySpan<DispatchEffect> effects)
    {
        lock (_lock)
        {
            Follow(input);
            bool isRetry = input.Kind == DispatchInputKind.Retried;
            foreach (ref readonly DispatchEffect effect in effects)
            {
                _queued--;
                Add(effect, input.Now, isRetry && effect.Request.Id == input.Request.Id);
            }
        }
    }

    /// <summary>The last decisions, latest first; the reader is called for each and must not keep it.</summary>
    public void Read(int most, Action<Decision> reader)
    {
        lock (_lock)
        {
            for (long number = _count; number > Math.Max(0, _count - Math.Min(most, Most)); number--)
            {
                reader(_decisions[number % Most]);
            }
        }
    }

    private void Follow(in DispatchInput input)
    {
        switch (input.Kind)
        {
            case DispatchInputKind.Arrived:
                _queued++;
                break;
            case DispatchInputKind.Retried:
                _queued++;
                _inFlight[input.Replica]--;
                break;
            case DispatchInputKind.Ended:
                _inFlight[input.Replica]--;
                break;
            case DispatchInputKind.Cancelled:
                _queued--;
                break;
            case DispatchInputKind.Windowed:
                _windows[input.Replica] = input.WindowRequests;
                break;
            case DispatchInputKind.Reconfigured:
                _routing = input.Configuration!.Routing.ToString();
                if (input.Configuration.WindowRequests is { } window)
                {
                    Array.Fill(_windows, window);
                }

                break;
        }
    }

    private void Add(in DispatchEffect effect, Instant now, bool isRetry)
    {
        Decision decision = _decisions[++_count % Most];
        bool isSent = effect.Kind == DispatchEffectKind.Send;
        (decision.Number, decision.At, decision.Request) = (_count, now, effect.Request.Id);
        (decision.PromptTokens, decision.Held) = (effect.Request.PromptTokens, now - effect.Request.Arrival);
        (decision.Replica, decision.Reason) = isSent ? (effect.Replica, RejectReason.None) : (-1, effect.Reason);
        (decision.IsRetry, decision.Queued, decision.Routing) = (isRetry, _queued, _routing);
        decision.WithRoom = 0;
        for (int i = 0; i < _inFlight.Length; i++)
        {
            decision.WithRoom += _windows[i] is null || _inFlight[i] < _windows[i] ? 1 : 0;
            if (i < Decision.MostReplicas)
            {
                decision.InFlight[i] = _windows[i] == 0 ? -1 : _inFlight[i];
            }
        }

        if (isSent)
        {
            _inFlight[effect.Replica]++;
        }
    }
}
