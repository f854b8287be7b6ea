using Plimsoll.Core;

namespace Plimsoll.Workloads.Lengths;

/// <summary>
/// A bivariate normal pair, rounded to whole tokens and drawn again until both are at least 1: the synthetic generator of Chen, Bu et al.,
/// arXiv:2601.17855 (scheduling theory, section 3.5). Means, deviations and correlation are those before that.
/// </summary>
public sealed class BivariateNormalLengths : ILengthPairs
{
    private const int MostDraws = 10_000;
    private readonly double _promptMean;
    private readonly double _promptDeviation;
    private readonly double _outputMean;
    private readonly double _outputDeviation;
    private readonly double _correlation;
    private readonly double _own;

    /// <summary>The published defaults unless said otherwise.</summary>
    /// <param name="promptMean">Tokens, from 1.</param>
    /// <param name="promptDeviation">Tokens, from 0.</param>
    /// <param name="outputMean">Tokens, from 1.</param>
    /// <param name="outputDeviation">Tokens, from 0.</param>
    /// <param name="correlation">Pearson's coefficient, −0.99 to 0.99.</param>
    public BivariateNormalLengths(
        double promptMean = 3200,
        double promptDeviation = 2600,
        double outputMean = 1200,
        double outputDeviation = 700,
        double correlation = -0.1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(promptMean, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(promptDeviation);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputMean, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(outputDeviation);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Abs(correlation), 0.99, nameof(correlation));
        (_promptMean, _promptDeviation) = (promptMean, promptDeviation);
        (_outputMean, _outputDeviation) = (outputMean, outputDeviation);
        _correlation = correlation;
        _own = Math.Sqrt(1 - (correlation * correlation));
    }

    /// <inheritdoc/>
    public (int PromptTokens, int OutputTokens) Sample(ref RandomStream promptDice, ref RandomStream outputDice)
    {
        for (int draw = 0; draw < MostDraws; draw++)
        {
            double first = NormalCurve.Quantile(promptDice.NextOpenUnit());
            double second = (_correlation * first) + (_own * NormalCurve.Quantile(outputDice.NextOpenUnit()));
            double prompt = Math.Floor(_promptMean + (_promptDeviation * first) + 0.5);
            double output = Math.Floor(_outputMean + (_outputDeviation * second) + 0.5);
            if (prompt >= 1 && output >= 1)
            {
                return ((int)Math.Min(prompt, LengthDistribution.MaxTokens), (int)Math.Min(output, LengthDistribution.MaxTokens));
            }
        }

        throw new InvariantBrokenException("with such means and correlations one pair in fifty lies above zero");
    }
}
