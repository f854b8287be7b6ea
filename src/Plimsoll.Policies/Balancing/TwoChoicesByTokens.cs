using Plimsoll.Core;

namespace Plimsoll.Policies.Balancing;

/// <summary>Draws two distinct workers with a free slot and takes the one with fewer tokens; at a tie the lower number.</summary>
/// <remarks>
/// <para>Signals: Queue for free slots, Tokens for loads. With one open worker left nothing is drawn.</para>
/// <para>A bad idea where all loads are seen at once, as they are in a group with one clock: looking at all is as cheap.</para>
/// <para>Source: M. Mitzenmacher, IEEE TPDS 12(10), 2001; a baseline of BalanceRoute, arXiv:2605.06113.</para>
/// </remarks>
public sealed class TwoChoicesByTokens : OneByOne
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBalancingPolicy> Entry { get; } = new()
    {
        Name = "power-of-two",
        Summary = "Draws two distinct workers with a free slot and takes the one with fewer tokens (at a tie the lower number).",
        BadIdea = "Where all loads are seen at once, as they are in a group with one clock: looking at all is as cheap.",
        Source = "M. Mitzenmacher, IEEE TPDS 12(10), 2001; a baseline of BalanceRoute, arXiv:2605.06113.",
        Signals = Signals.Queue | Signals.Tokens,
        Create = _ => new TwoChoicesByTokens(),
    };

    private protected override int Choose(
        int promptTokens, ReadOnlySpan<int> open, ReadOnlySpan<WorkerView> workers, ref RandomStream random)
    {
        if (open.Length == 1)
        {
            return open[0];
        }

        int first = (int)random.NextBelow(open.Length);
        int second = (int)random.NextBelow(open.Length - 1);
        second += second >= first ? 1 : 0;
        (int low, int high) = (open[Math.Min(first, second)], open[Math.Max(first, second)]);
        return workers[high].LoadTokens < workers[low].LoadTokens ? high : low;
    }
}
