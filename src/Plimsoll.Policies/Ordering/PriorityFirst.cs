using Plimsoll.Core;

namespace Plimsoll.Policies.Ordering;

/// <summary>Lower priority numbers first; within one number by arrival, then request id.</summary>
/// <remarks>
/// <para>Signals: Priority, which the request carries itself. A request that says nothing has priority 0.</para>
/// <para>
/// A bad idea when the urgent classes alone can fill the fleet: the others then wait for ever, because nothing ages.
/// </para>
/// <para>Source: vLLM's priority scheduling, in which the smaller number is served first.</para>
/// </remarks>
public sealed class PriorityFirst : IOrderingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IOrderingPolicy> Entry { get; } = new()
    {
        Name = "priority",
        Summary = "Serves lower priority numbers first, and equal ones in order of arrival.",
        BadIdea = "When the urgent classes alone can fill the fleet: the others wait for ever, because nothing ages.",
        Source = "vLLM's priority scheduling, in which the smaller number is served first.",
        Signals = Signals.Priority,
        Create = _ => new PriorityFirst(),
    };

    /// <inheritdoc/>
    public int Compare(in RequestView first, in RequestView second)
    {
        int priority = first.Priority.CompareTo(second.Priority);
        return priority != 0 ? priority : FirstCome.ByArrival(first, second);
    }
}
