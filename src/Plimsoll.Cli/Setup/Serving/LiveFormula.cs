using Plimsoll.Core;
using Plimsoll.Gateway.Observing.Live;
using Plimsoll.Planning.LoadLine;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Cli.Setup.Serving;

/// <summary>The planner's load line on the lengths of live requests.</summary>
internal static class LiveFormula
{
    private const int FewestRequests = 20;

    /// <summary>The line of a pool; null while too little is known of it.</summary>
    public static LiveLoadLine? LoadLine(LiveEngine engine, LiveTraffic traffic)
    {
        if (traffic.Requests.Count < FewestRequests || traffic.Replicas == 0 || engine.Of(traffic) is not var (replica, basis))
        {
            return null;
        }

        BatchingRules rules = replica.Rules;
        double chunk = rules.ChunkTokens > 0 ? rules.ChunkTokens
            : rules.ChunkedPrefill && rules.TokenBudget < int.MaxValue ? rules.TokenBudget : double.PositiveInfinity;
        var moments = new TraceMoments(chunk, rules.PrefixCaching);
        foreach (InferenceRequest request in traffic.Requests)
        {
            moments.Add(request);
        }

        var limits = new ReplicaLimits
        {
            KvTokens = replica.KvBlocks < ReplicaConfiguration.UnlimitedKvBlocks
                ? (double)replica.KvBlocks * replica.BlockTokens : double.PositiveInfinity,
            StepTime = replica.StepTime,
            BlockTokens = replica.BlockTokens,
            TokenBudget = rules.TokenBudget == int.MaxValue ? double.PositiveInfinity : rules.TokenBudget,
            MaxSequences = Sequences(rules, traffic),
        };
        if (double.IsInfinity(limits.KvTokens) && double.IsInfinity(limits.TokenBudget) && double.IsInfinity(limits.MaxSequences))
        {
            return null;
        }

        var line = LoadLineEstimate.Of(moments.Build(), limits);
        return new LiveLoadLine(
            line.RequestsPerSecond * traffic.Replicas,
            line.GuaranteedStableBelow * traffic.Replicas,
            line.Binding.ToString().ToLowerInvariant(),
            line.StepSeconds,
            limits.KvTokens,
            basis);
    }

    // The gateway's window limits a batch as the engine's own limit does.
    private static double Sequences(BatchingRules rules, LiveTraffic traffic)
    {
        double engine = rules.MaxSequences == int.MaxValue ? double.PositiveInfinity : rules.MaxSequences;
        return Math.Min(engine, traffic.Policies.WindowRequests ?? double.PositiveInfinity);
    }
}
