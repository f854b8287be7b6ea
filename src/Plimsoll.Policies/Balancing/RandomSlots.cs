using Plimsoll.Core;

namespace Plimsoll.Policies.Balancing;

/// <summary>Any worker with a free slot, each with the same probability, for the oldest request first.</summary>
/// <remarks>
/// <para>Signals: Queue, free slots only. One draw for each request.</para>
/// <para>A bad idea in general; it is the yardstick.</para>
/// <para>Source: the classical balls-into-bins process; a baseline of BalanceRoute, arXiv:2605.06113.</para>
/// </remarks>
public sealed class RandomSlots : OneByOne
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBalancingPolicy> Entry { get; } = new()
    {
        Name = "random",
        Summary = "Any worker with a free slot, each with the same probability.",
        BadIdea = "Nearly always: it is the yardstick that other policies must beat.",
        Source = "The classical balls-into-bins process; a baseline of BalanceRoute, arXiv:2605.06113.",
        Signals = Signals.Queue,
        Create = _ => new RandomSlots(),
    };

    private protected override int Choose(
        int promptTokens, ReadOnlySpan<int> open, ReadOnlySpan<WorkerView> workers, ref RandomStream random) =>
        open[(int)random.NextBelow(open.Length)];
}
