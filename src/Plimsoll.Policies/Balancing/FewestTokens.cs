using Plimsoll.Core;

namespace Plimsoll.Policies.Balancing;

/// <summary>The oldest request goes to the worker with the fewest tokens that has a free slot; at a tie the lowest number.</summary>
/// <remarks>
/// <para>Signals: Queue for free slots, Tokens for loads. It sees what is, not what is about to end.</para>
/// <para>
/// A bad idea when one slot becomes free at a time: then there is nothing to choose but the request, and it does not choose that.
/// </para>
/// <para>Source: join the shortest queue, by tokens; a baseline of Chen, Bu et al., arXiv:2601.17855 (scheduling theory, section 3.3).</para>
/// </remarks>
public sealed class FewestTokens : OneByOne
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBalancingPolicy> Entry { get; } = new()
    {
        Name = "jsq-tokens",
        Summary = "The oldest request goes to the worker with the fewest tokens that has a free slot (at a tie the lowest number).",
        BadIdea = "When one slot becomes free at a time: then only the request could be chosen, and it takes the oldest.",
        Source = "Join the shortest queue, a baseline of Chen, Bu et al., arXiv:2601.17855 (published code).",
        Signals = Signals.Queue | Signals.Tokens,
        Create = _ => new FewestTokens(),
    };

    private protected override int Choose(
        int promptTokens, ReadOnlySpan<int> open, ReadOnlySpan<WorkerView> workers, ref RandomStream random)
    {
        int best = open[0];
        foreach (int worker in open[1..])
        {
            best = workers[worker].LoadTokens < workers[best].LoadTokens ? worker : best;
        }

        return best;
    }
}
