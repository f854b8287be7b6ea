using Plimsoll.Core;

namespace Plimsoll.Policies.Routing;

/// <summary>The replica to which the fewest tokens of unfinished work were sent; at a tie the lowest id.</summary>
/// <remarks>
/// <para>Tokens are prompts, plus expected outputs where a prediction exists, of requests sent there and not yet ended.</para>
/// <para>
/// Signals: Tokens, the dispatcher's own book-keeping: never stale, and available in front of engines that report nothing. It does not
/// see what other gateways send.
/// </para>
/// <para>A bad idea when prompts are mostly found in the prefix cache: they count in full although they cost little.</para>
/// <para>Source: least outstanding work; "throughput" of AIBrix weighs tokens likewise.</para>
/// </remarks>
public sealed class LeastTokens : IRoutingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IRoutingPolicy> Entry { get; } = new()
    {
        Name = "least-tokens",
        Summary = "The replica with the fewest tokens of unfinished work sent to it (at a tie the lowest id).",
        BadIdea = "When prompts are mostly found in the prefix cache: they count in full although they cost little.",
        Source = "Least outstanding work; AIBrix's throughput router weighs tokens likewise.",
        Signals = Signals.Tokens,
        Create = _ => new LeastTokens(),
    };

    /// <inheritdoc/>
    public int Choose(in RequestView request, ReadOnlySpan<ReplicaView> replicas, ref RandomStream random) => Fewest(replicas);

    internal static int Fewest(ReadOnlySpan<ReplicaView> replicas)
    {
        int best = 0;
        for (int i = 1; i < replicas.Length; i++)
        {
            best = replicas[i].InFlightTokens < replicas[best].InFlightTokens ? i : best;
        }

        return best;
    }
}
