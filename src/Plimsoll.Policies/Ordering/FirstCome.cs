using Plimsoll.Core;

namespace Plimsoll.Policies.Ordering;

/// <summary>First come, first served: arrival, then request id.</summary>
/// <remarks>
/// <para>Signals: none, so nothing can be stale.</para>
/// <para>A bad idea when a few long requests come among many short ones: the short ones wait behind them.</para>
/// <para>Source: what inference engines do by default.</para>
/// </remarks>
public sealed class FirstCome : IOrderingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IOrderingPolicy> Entry { get; } = new()
    {
        Name = "fcfs",
        Summary = "Serves requests in order of arrival.",
        BadIdea = "When a few long requests come among many short ones: the short ones wait behind them.",
        Source = "What inference engines do by default.",
        Signals = Signals.None,
        Create = _ => new FirstCome(),
    };

    /// <inheritdoc/>
    public int Compare(in RequestView first, in RequestView second) => ByArrival(first, second);

    internal static int ByArrival(in RequestView first, in RequestView second)
    {
        int arrival = first.Arrival.CompareTo(second.Arrival);
        return arrival != 0 ? arrival : first.Id.CompareTo(second.Id);
    }
}
