using Plimsoll.Core;

namespace Plimsoll.Policies.Routing;

/// <summary>Any replica, each with the same probability.</summary>
/// <remarks>
/// <para>Signals: none, so nothing can be stale. One draw for each request.</para>
/// <para>
/// A bad idea in general; it is the yardstick. With n requests over n replicas the fullest gets about ln n / ln ln n of them.
/// </para>
/// <para>Source: the classical balls-into-bins process.</para>
/// </remarks>
public sealed class UniformRandom : IRoutingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IRoutingPolicy> Entry { get; } = new()
    {
        Name = "random",
        Summary = "Any replica, each with the same probability.",
        BadIdea = "Nearly always: it is the yardstick that other policies must beat.",
        Source = "The classical balls-into-bins process.",
        Signals = Signals.None,
        Create = _ => new UniformRandom(),
    };

    /// <inheritdoc/>
    public int Choose(in RequestView request, ReadOnlySpan<ReplicaView> replicas, ref RandomStream random) =>
        (int)random.NextBelow(replicas.Length);
}
