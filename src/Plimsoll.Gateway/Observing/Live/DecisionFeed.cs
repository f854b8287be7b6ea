using Plimsoll.Core;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Dispatch.Log;

namespace Plimsoll.Gateway.Observing.Live;

/// <summary>
/// The last decisions of one dispatcher, with what it saw: requests in flight at each replica, by the same books that it keeps. Fixed memory.
/// </summary>
internal sealed class DecisionFeed : IDispatchWitness
{
    private const int Most = 64;

    private readonly Lock _lock = new();
    private readonly Decision[] _decisions = [.. Enumerable.Range(0, Most).Select(_ => new Decision())];
    private readonly int[] _inFlight;
    private readonly bool[] _closed;
    private string _routing;
    private long _count;
    private int _queued;

    /// <summary>The feed of a dispatcher that begins.</summary>
    public DecisionFeed(DispatcherConfiguration policies, int replicas)
    {
        (_routing, _inFlight, _closed) = (policies.Routing.ToString(), new int[replicas], new bool[replicas]);
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
                _closed[input.Replica] = input.WindowRequests == 0;
                break;
            case DispatchInputKind.Reconfigured:
                _routing = input.Configuration!.Routing.ToString();
                break;
        }
    }

    private void Add(in DispatchEffect effect, Instant now, bool isRetry)
    {
        Decision decision = _decisions[++_count % Most];
        bool isSent = effect.Kind == DispatchEffectKind.Send;
        (decision.Number, decision.At, decision.Request) = (_count, now, effect.Request.Id);
        (decision.PromptTokens, decision.Held) = (effect.Request.PromptTokens, now - effect.Request.Arrival);
        (decision.Replica, decision.Reason, decision.IsRetry) = (isSent ? effect.Replica : -1, effect.Reason, isRetry);
        (decision.Queued, decision.Routing) = (_queued, _routing);
        for (int i = 0; i < Math.Min(_inFlight.Length, Decision.MostReplicas); i++)
        {
            decision.InFlight[i] = _closed[i] ? -1 : _inFlight[i];
        }

        if (isSent)
        {
            _inFlight[effect.Replica]++;
        }
    }
}
