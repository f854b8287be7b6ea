using Plimsoll.Core;

namespace Plimsoll.Policies.Routing;

/// <summary>The replica whose KV memory is used least; at a tie the fewest tokens in flight, then the lowest id.</summary>
/// <remarks>
/// <para>
/// Compares used / total blocks exactly, by cross-multiplication. If any replica's total is unlimited or unknown, shares cannot be
/// compared with each other, and all are compared by the tokens in flight.
/// </para>
/// <para>
/// Signals: KvMemory and Tokens. Memory is as old as the report, and a request takes it only when it is admitted to a batch: what was
/// sent since does not show, so that a burst goes to one replica unless shares are equal.
/// </para>
/// <para>A bad idea with slow reports, or when memory is never short: the share then says little about load.</para>
/// <para>Source: "least-kv-cache" of AIBrix.</para>
/// </remarks>
public sealed class LeastKv : IRoutingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IRoutingPolicy> Entry { get; } = new()
    {
        Name = "least-kv",
        Summary = "The replica with the smallest share of KV blocks used (at a tie fewest tokens in flight, then lowest id).",
        BadIdea = "With slow reports, when a burst goes to one replica; when memory is never short and says little about load.",
        Source = "The least-kv-cache router of AIBrix.",
        Signals = Signals.KvMemory | Signals.Tokens,
        Create = _ => new LeastKv(),
    };

    /// <inheritdoc/>
    public int Choose(in RequestView request, ReadOnlySpan<ReplicaView> replicas, ref RandomStream random)
    {
        int best = 0;
        for (int i = 0; i < replicas.Length; i++)
        {
            if (replicas[i].KvBlocksTotal <= 0)
            {
                return LeastTokens.Fewest(replicas);
            }

            best = Fuller(replicas[best], replicas[i]) ? i : best;
        }

        return best;
    }

    private static bool Fuller(in ReplicaView a, in ReplicaView b)
    {
        Int128 left = (Int128)a.KvBlocksUsed * b.KvBlocksTotal;
        Int128 right = (Int128)b.KvBlocksUsed * a.KvBlocksTotal;
        return left == right ? a.InFlightTokens > b.InFlightTokens : left > right;
    }
}
