using Plimsoll.Core;

namespace Plimsoll.Policies.Batching;

/// <summary>What happens when memory runs out under running requests.</summary>
public sealed record EvictionRules
{
    /// <summary>Who gives memory back.</summary>
    public EvictionVictim Victim { get; init; } = EvictionVictim.Newest;

    /// <summary>
    /// Whether an evicted request loses what it generated and starts again; otherwise it computes its memory again and goes on.
    /// </summary>
    public bool Restarts { get; init; }

    /// <summary>
    /// Whether the lower bound of a running request is at least what it has generated, so that who has got least goes first; otherwise its
    /// bound learns only when it is evicted.
    /// </summary>
    public bool RefinesBounds { get; init; }

    /// <summary>Whether an evicted request is known to need at least one token more than it had generated.</summary>
    public bool BumpsBounds { get; init; }

    /// <summary>Probability, above 0 to 1, with which each is evicted by <see cref="EvictionVictim.ByChance"/>.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Time lost between two rounds of <see cref="EvictionVictim.ByChance"/>.</summary>
    public Duration Stall { get; init; }

    /// <summary>
    /// Whether the first in the queue takes the place of a running request whose key is larger, when it has none of its own.
    /// </summary>
    public bool MakesWay { get; init; }
}
