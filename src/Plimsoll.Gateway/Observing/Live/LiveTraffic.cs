using Plimsoll.Core;
using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Gateway.Observing.Live;

/// <summary>What the gateway knows of one pool's traffic and engines, for the formulas of the planner and for the simulator.</summary>
public sealed record LiveTraffic
{
    /// <summary>The pool: its models.</summary>
    public required string Pool { get; init; }

    /// <summary>Replicas that take requests.</summary>
    public required int Replicas { get; init; }

    /// <summary>Rates of the last minute.</summary>
    public required TrafficRates Rates { get; init; }

    /// <summary>Completed requests in order of arrival, with the lengths they had; numbered from 0.</summary>
    public required IReadOnlyList<InferenceRequest> Requests { get; init; }

    /// <summary>KV blocks of the replica that has fewest; null if none says.</summary>
    public long? KvBlocks { get; init; }

    /// <summary>Tokens in a KV block; null if no replica says.</summary>
    public int? BlockTokens { get; init; }

    /// <summary>The policies and the window of each replica; of windows that adapt, the mean as they are now.</summary>
    public required DispatcherConfiguration Policies { get; init; }

    /// <summary>Whether windows adapt.</summary>
    public bool AdaptsWindows { get; init; }
}
