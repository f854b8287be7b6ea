using Plimsoll.Core;

namespace Plimsoll.Workloads.Lengths;

/// <summary>
/// Two distributions of lengths joined by a Gaussian copula of a given rank correlation: each keeps its own law, and the ranks of
/// prompt and output are those of a bivariate normal pair with correlation 2·sin(π·ρ/6), ρ Spearman's coefficient (Pearson 1907). Ties
/// between whole lengths make the coefficient of what is drawn a little smaller.
/// </summary>
public sealed class CopulaLengths : ILengthPairs
{
    private readonly double _shared;
    private readonly double _own;

    /// <summary>These two laws with this rank correlation.</summary>
    /// <param name="prompt">Prompt lengths.</param>
    /// <param name="output">Output lengths.</param>
    /// <param name="rankCorrelation">Spearman's coefficient, −1 to 1.</param>
    public CopulaLengths(LengthDistribution prompt, LengthDistribution output, double rankCorrelation)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfLessThan(rankCorrelation, -1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rankCorrelation, 1);
        (Prompt, Output, RankCorrelation) = (prompt, output, rankCorrelation);
        _shared = 2 * Math.Sin(Math.PI * rankCorrelation / 6);
        _own = Math.Sqrt(Math.Max(0, 1 - (_shared * _shared)));
    }

    /// <summary>The law of prompts.</summary>
    public LengthDistribution Prompt { get; }

    /// <summary>The law of outputs.</summary>
    public LengthDistribution Output { get; }

    /// <summary>Spearman's coefficient before rounding.</summary>
    public double RankCorrelation { get; }

    /// <inheritdoc/>
    public (int PromptTokens, int OutputTokens) Sample(ref RandomStream promptDice, ref RandomStream outputDice)
    {
        double first = promptDice.NextOpenUnit();
        double score = (_shared * NormalCurve.Quantile(first)) + (_own * NormalCurve.Quantile(outputDice.NextOpenUnit()));
        return (Prompt.Quantile(first), Output.Quantile(Math.Clamp(NormalCurve.Cumulative(score), double.Epsilon, 1 - 1e-16)));
    }
}
