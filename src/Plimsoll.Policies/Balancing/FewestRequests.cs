using Plimsoll.Core;

namespace Plimsoll.Policies.Balancing;

/// <summary>The oldest request goes to the worker with the fewest requests that has a free slot; at a tie the lowest number.</summary>
/// <remarks>
/// <para>Signals: Queue: requests and free slots.</para>
/// <para>A bad idea when requests differ in length: equal numbers are not equal loads.</para>
/// <para>Source: join the shortest queue (W. Winston, J. Appl. Prob. 14(1), 1977).</para>
/// </remarks>
public sealed class FewestRequests : OneByOne
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBalancingPolicy> Entry { get; } = new()
    {
        Name = "jsq-count",
        Summary = "The oldest request goes to the worker with the fewest requests that has a free slot (at a tie the lowest number).",
        BadIdea = "When requests differ in length: equal numbers of requests are not equal loads.",
        Source = "Join the shortest queue: W. Winston, J. Appl. Prob. 14(1), 1977.",
        Signals = Signals.Queue,
        Create = _ => new FewestRequests(),
    };

    private protected override int Choose(
        int promptTokens, ReadOnlySpan<int> open, ReadOnlySpan<WorkerView> workers, ref RandomStream random)
    {
        int best = open[0];
        foreach (int worker in open[1..])
        {
            best = workers[worker].Requests < workers[best].Requests ? worker : best;
        }

        return best;
    }
}
