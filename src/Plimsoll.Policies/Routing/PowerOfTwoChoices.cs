using Plimsoll.Core;

namespace Plimsoll.Policies.Routing;

/// <summary>Draws two distinct replicas and takes the one with fewer requests.</summary>
/// <remarks>
/// <para>
/// The draw is Floyd's sample without replacement: every set of that many replicas is equally likely. Among those drawn the fewest
/// requests win, and at a tie the lowest id. In a fleet no larger than the number of choices it is the least loaded of all.
/// </para>
/// <para>
/// Signals: Queue: requests as reported, plus those sent since. It tolerates stale reports well: even if all dispatchers see the same
/// old picture, each compares another pair, so that they do not all run to one replica.
/// </para>
/// <para>A bad idea when requests differ much in length, and in small fleets with fresh reports, where looking at all is as cheap.</para>
/// <para>Source: M. Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, IEEE TPDS 12(10), 2001.</para>
/// </remarks>
/// <param name="choices">Replicas drawn, 2 to 16.</param>
public sealed class PowerOfTwoChoices(int choices) : IRoutingPolicy
{
    private const int MostChoices = 16;

    private static readonly PolicyOption<int> Choices = new()
    {
        Name = "choices",
        Unit = "replicas",
        Minimum = 2,
        Maximum = MostChoices,
        Fallback = 2,
        Meaning = "How many distinct replicas are drawn and compared.",
    };

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IRoutingPolicy> Entry { get; } = new()
    {
        Name = "power-of-two",
        Summary = "Draws two distinct replicas and takes the one with fewer requests (at a tie the lower id).",
        BadIdea = "When requests differ much in length; in small fleets with fresh reports, where looking at all replicas is as cheap.",
        Source = "M. Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, IEEE TPDS 12(10), 2001.",
        Signals = Signals.Queue,
        Options = [Choices],
        Create = arguments => new PowerOfTwoChoices(arguments.Of(Choices)),
    };

    /// <inheritdoc/>
    public int Choose(in RequestView request, ReadOnlySpan<ReplicaView> replicas, ref RandomStream random)
    {
        Span<int> drawn = stackalloc int[MostChoices];
        drawn = drawn[..Math.Min(choices, replicas.Length)];
        Draw(drawn, replicas.Length, ref random);
        int best = drawn[0];
        foreach (int index in drawn[1..])
        {
            int difference = replicas[index].Requests - replicas[best].Requests;
            best = difference < 0 || (difference == 0 && index < best) ? index : best;
        }

        return best;
    }

    private static void Draw(Span<int> drawn, int count, ref RandomStream random)
    {
        for (int i = 0; i < drawn.Length; i++)
        {
            int last = count - drawn.Length + i;
            int index = (int)random.NextBelow(last + 1);
            drawn[i] = drawn[..i].Contains(index) ? last : index;
        }
    }
}
