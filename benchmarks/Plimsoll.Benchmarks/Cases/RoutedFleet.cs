using Plimsoll.Benchmarks.Setting;
using Plimsoll.Core;
using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Benchmarks.Cases;

/// <summary>A dispatcher in front of replicas that all have something to do, and one request that comes again and again.</summary>
internal sealed class RoutedFleet
{
    private readonly DispatchEffects _effects = new();
    private readonly Dispatcher _dispatcher;
    private readonly InferenceRequest _request;

    /// <summary>The prompt brings a hash for each block; before anything is measured it has been sent twice for each replica.</summary>
    public RoutedFleet(string policy, int replicas, int promptTokens)
    {
        _dispatcher = new Dispatcher(Production.Dispatch(policy), replicas, new RandomTree(Production.Seed).Stream("routing"));
        for (int i = 0; i < replicas; i++)
        {
            _dispatcher.OnReport(new ReplicaReport(new ReplicaId(i), Instant.Zero, i % 7, i % 3, 1_000 + (i % 11), 30_000));
        }

        _request = new InferenceRequest(new RequestId(0), Instant.Zero, promptTokens, 100, Prompts.Hashed(promptTokens));
        for (int i = 0; i < 2 * replicas; i++)
        {
            Decide();
        }
    }

    /// <summary>One decision, from the arrival to the effect. The request ends at once, so that the fleet stays as it is.</summary>
    public int Decide()
    {
        _dispatcher.OnArrival(_request, Instant.Zero, _effects);
        ref readonly DispatchEffect sent = ref _effects.All[0];
        (int replica, int charged) = (sent.Replica, sent.ChargedTokens);
        _effects.Clear();
        _dispatcher.OnEnded(replica, charged, Instant.Zero, _effects);
        return replica;
    }
}
