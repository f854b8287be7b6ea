using Plimsoll.Benchmarks.Setting;
using Plimsoll.Core;
using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Benchmarks.Cases;

/// <summary>A dispatcher in front of replicas that all have something to do, and requests that come again and again, in turn.</summary>
internal sealed class RoutedFleet
{
    private readonly DispatchEffects _effects = new();
    private readonly Dispatcher _dispatcher;
    private readonly InferenceRequest[] _requests;
    private int _next;

    /// <summary>One prompt, with a hash for each block; before anything is measured it has been sent twice for each replica.</summary>
    public RoutedFleet(string policy, int replicas, int promptTokens)
        : this(policy, replicas, [RequestOf(promptTokens, Prompts.Hashed(promptTokens))], 2 * replicas)
    {
    }

    /// <summary>Many prompts that share their first half; each has been sent sixteen times before anything is measured.</summary>
    public RoutedFleet(string policy, int replicas, int promptTokens, int prompts)
        : this(
            policy,
            replicas,
            [.. Enumerable.Range(0, prompts).Select(number => RequestOf(promptTokens, Prompts.HalfShared(promptTokens, number)))],
            16 * prompts)
    {
    }

    private RoutedFleet(string policy, int replicas, InferenceRequest[] requests, int sentBefore)
    {
        _dispatcher = new Dispatcher(Production.Dispatch(policy), replicas, new RandomTree(Production.Seed).Stream("routing"));
        for (int i = 0; i < replicas; i++)
        {
            _dispatcher.OnReport(new ReplicaReport(new ReplicaId(i), Instant.Zero, i % 7, i % 3, 1_000 + (i % 11), 30_000));
        }

        _requests = requests;
        for (int i = 0; i < sentBefore; i++)
        {
            Decide();
        }
    }

    /// <summary>One decision, from the arrival to the effect. The request ends at once, so that the fleet stays as it is.</summary>
    public int Decide()
    {
        _dispatcher.OnArrival(_requests[_next], Instant.Zero, _effects);
        ref readonly DispatchEffect sent = ref _effects.All[0];
        _next = (_next + 1) % _requests.Length;
        (int replica, int charged) = (sent.Replica, sent.ChargedTokens);
        _effects.Clear();
        _dispatcher.OnEnded(replica, charged, Instant.Zero, _effects);
        return replica;
    }

    private static InferenceRequest RequestOf(int promptTokens, RequestDetails details) =>
        new(new RequestId(0), Instant.Zero, promptTokens, 100, details);
}
