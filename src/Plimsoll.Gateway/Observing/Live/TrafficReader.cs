using Plimsoll.Core;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Gateway.Observing.Live;

/// <summary>Puts together what is known of a pool: its traffic, its engines, its policies.</summary>
internal sealed class TrafficReader(Fleet fleet, GatewayClock clock)
{
    /// <summary>A pool in the last minutes.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="past">How far back requests are given.</param>
    /// <param name="most">Most requests, the latest.</param>
    public LiveTraffic Read(ModelPool pool, Duration past, int most)
    {
        Instant now = clock.Now;
        Replica[] members = [.. fleet.Replicas.Where(replica => replica.Pool == pool)];
        long[] blocks = [.. members.Select(member => member.Load?.KvBlocks).OfType<long>()];
        return new LiveTraffic
        {
            Pool = pool.Name,
            Replicas = members.Count(member => member.ToldWindow is null or > 0),
            Rates = pool.Traffic.Rates(now),
            Requests = pool.Traffic.Since(now.Nanoseconds > past.Nanoseconds ? now - past : Instant.Zero, most),
            KvBlocks = blocks.Length == 0 ? null : blocks.Min(),
            BlockTokens = members.Select(member => member.Load?.BlockTokens).FirstOrDefault(size => size is not null),
            Policies = Fixed(fleet.Policies, members),
            AdaptsWindows = fleet.Policies.AdaptsWindows,
        };
    }

    // Windows that adapt, as they are now.
    private static DispatcherConfiguration Fixed(ServingPolicies policies, Replica[] members)
    {
        int[] windows = [.. members.Select(member => member.Adaptive?.Requests).OfType<int>()];
        return policies.AdaptsWindows && windows.Length > 0
            ? policies.Dispatch with { WindowRequests = Math.Max(1, (int)Math.Round(windows.Average())) }
            : policies.Dispatch;
    }
}
