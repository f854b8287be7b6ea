using Plimsoll.Core;

namespace Plimsoll.Workloads.Lengths;

/// <summary>
/// Two distributions of lengths joined by Student's t copula with one degree of freedom: each keeps its own law, most pairs have little
/// to do with each other, but extremes come together. Where a few very long prompts have very long outputs, a <see cref="CopulaLengths"/>
/// with the right rank correlation misses them.
/// </summary>
/// <param name="prompt">Prompt lengths.</param>
/// <param name="output">Output lengths.</param>
/// <param name="correlation">Parameter of the copula, above −1 and below 1; the rank correlation is somewhat smaller.</param>
public sealed class TailedCopulaLengths(LengthDistribution prompt, LengthDistribution output, double correlation) : ILengthPairs
{
    private readonly double _own = correlation is > -1 and < 1
        ? Math.Sqrt((1 - (correlation * correlation)) / 2)
        : throw new ArgumentOutOfRangeException(nameof(correlation), correlation, "above -1 and below 1");

    /// <summary>The law of prompts.</summary>
    public LengthDistribution Prompt => prompt;

    /// <summary>The law of outputs.</summary>
    public LengthDistribution Output => output;

    /// <inheritdoc/>
    public (int PromptTokens, int OutputTokens) Sample(ref RandomStream promptDice, ref RandomStream outputDice)
    {
        // Given one of a bivariate t pair, the other is a scaled t with one more degree of freedom. With one degree (Cauchy) and two, both
        // quantile functions have closed forms.
        double first = promptDice.NextOpenUnit();
        double x = Math.Tan(Math.PI * (first - 0.5));
        double second = outputDice.NextOpenUnit();
        double residual = ((2 * second) - 1) / Math.Sqrt(2 * second * (1 - second));
        double y = (correlation * x) + (_own * Math.Sqrt(1 + (x * x)) * residual);
        return (prompt.Quantile(first), output.Quantile(Math.Clamp(0.5 + (Math.Atan(y) / Math.PI), double.Epsilon, 1 - 1e-16)));
    }
}
