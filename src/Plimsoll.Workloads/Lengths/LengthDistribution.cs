using Plimsoll.Core;

namespace Plimsoll.Workloads.Lengths;

/// <summary>
/// A distribution over whole numbers of tokens, from 1. Sampling inverts the cumulative distribution with one uniform number a
/// sample, so that runs that differ only in a distribution stay paired request by request.
/// </summary>
public abstract class LengthDistribution
{
    /// <summary>The longest length, in tokens, that any distribution or trace may hold.</summary>
    public const int MaxTokens = 1_000_000_000;

    /// <summary>Expected length in tokens, of the whole numbers that are drawn (after rounding and clamping).</summary>
    public abstract double Mean { get; }

    /// <summary>Variance of the length in tokens squared, of the whole numbers that are drawn.</summary>
    public abstract double Variance { get; }

    /// <summary>The least length that can be drawn.</summary>
    public abstract int Minimum { get; }

    /// <summary>The greatest length that can be drawn; <see cref="MaxTokens"/> where nothing else bounds it.</summary>
    public abstract int Maximum { get; }

    /// <summary>The least length whose cumulative probability reaches <paramref name="probability"/>, which lies in (0, 1).</summary>
    public abstract int Quantile(double probability);

    /// <summary>Probability of a length of at most <paramref name="tokens"/>.</summary>
    public abstract double CumulativeProbability(int tokens);

    /// <summary>Probability of a length above <paramref name="tokens"/>; curves with long tails keep its digits far out.</summary>
    public virtual double ExceedanceProbability(int tokens) => 1 - CumulativeProbability(tokens);

    /// <summary>Draws one length; takes one number from <paramref name="random"/>.</summary>
    public int Sample(ref RandomStream random) => Quantile(random.NextOpenUnit());
}
