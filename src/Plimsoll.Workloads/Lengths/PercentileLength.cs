namespace Plimsoll.Workloads.Lengths;

/// <summary>
/// Lengths of which only percentiles are known: the quantile function runs through them and bends between them, and is rounded to the
/// nearest whole token. Between two percentiles a and b it is the power mean ((1−w)·a^p + w·b^p)^(1/p), w the share of the way in
/// probability: p = 1 is linear, p = 0 log-linear, and below that long lengths are rarer still.
/// </summary>
public sealed class PercentileLength : LengthDistribution
{
    private const int MostSummedPerPiece = 100_000;
    private readonly double[] _probabilities;
    private readonly double[] _tokens;
    private readonly double _power;

    /// <summary>The curve through these points.</summary>
    /// <param name="probabilities">Ascending, the first 0 and the last 1.</param>
    /// <param name="tokens">The length at each, from 1, not descending.</param>
    /// <param name="power">p, any finite number.</param>
    /// <exception cref="ArgumentException">The points do not describe a distribution.</exception>
    public PercentileLength(IReadOnlyList<double> probabilities, IReadOnlyList<int> tokens, double power)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(tokens);
        bool ascend = probabilities.Count >= 2 && probabilities.Count == tokens.Count && probabilities[0] == 0 && probabilities[^1] == 1
            && tokens[0] >= 1 && tokens[^1] <= MaxTokens;
        for (int i = 1; i < tokens.Count && ascend; i++)
        {
            ascend = probabilities[i] > probabilities[i - 1] && tokens[i] >= tokens[i - 1];
        }

        if (!ascend || !double.IsFinite(power))
        {
            throw new ArgumentException("Percentiles ascend from probability 0 to 1, and their lengths from 1 token.", nameof(tokens));
        }

        _probabilities = [.. probabilities];
        _tokens = [.. tokens.Select(length => (double)length)];
        _power = power;
        (Mean, Variance) = Moments();
    }

    /// <inheritdoc/>
    public override double Mean { get; }

    /// <inheritdoc/>
    public override double Variance { get; }

    /// <inheritdoc/>
    public override int Minimum => (int)_tokens[0];

    /// <inheritdoc/>
    public override int Maximum => (int)_tokens[^1];

    /// <inheritdoc/>
    public override int Quantile(double probability)
    {
        int piece = LastAtMost(_probabilities, probability);
        double way = (probability - _probabilities[piece]) / (_probabilities[piece + 1] - _probabilities[piece]);
        (double low, double high) = (_tokens[piece], _tokens[piece + 1]);
        double length = _power == 0
            ? Math.Exp(((1 - way) * Math.Log(low)) + (way * Math.Log(high)))
            : Math.Pow(((1 - way) * Math.Pow(low, _power)) + (way * Math.Pow(high, _power)), 1 / _power);
        return (int)Math.Clamp(Math.Floor(length + 0.5), Minimum, Maximum);
    }

    /// <inheritdoc/>
    public override double CumulativeProbability(int tokens)
    {
        if (tokens < Minimum || tokens >= Maximum)
        {
            return tokens < Minimum ? 0 : 1;
        }

        double length = tokens + 0.5;
        int piece = LastAtMost(_tokens, length);
        (double low, double high) = (_tokens[piece], _tokens[piece + 1]);
        double way = _power == 0
            ? Math.Log(length / low) / Math.Log(high / low)
            : (Math.Pow(length, _power) - Math.Pow(low, _power)) / (Math.Pow(high, _power) - Math.Pow(low, _power));
        return _probabilities[piece] + (way * (_probabilities[piece + 1] - _probabilities[piece]));
    }

    // The last piece that begins at or below the value; the point after it is above.
    private static int LastAtMost(double[] starts, double value)
    {
        int piece = starts.Length - 2;
        while (piece > 0 && starts[piece] > value)
        {
            piece--;
        }

        return piece;
    }

    // E[L] = Σ P(L > k) and E[L²] = Σ (2k + 1) P(L > k) over k from 0, here from the least length on. Steps of more than one token are
    // taken only on pieces so wide that they lose nothing.
    private (double Mean, double Variance) Moments()
    {
        double first = 0;
        double second = 0;
        for (int piece = 0; piece + 1 < _tokens.Length; piece++)
        {
            long step = Math.Max(1, (long)((_tokens[piece + 1] - _tokens[piece]) / MostSummedPerPiece));
            for (long k = (long)_tokens[piece]; k < _tokens[piece + 1]; k += step)
            {
                double width = Math.Min(step, _tokens[piece + 1] - k);
                double middle = k + ((width - 1) / 2);
                double exceeds = (1 - CumulativeProbability((int)middle)) * width;
                first += exceeds;
                second += ((2 * (middle - Minimum)) + 1) * exceeds;
            }
        }

        return (Minimum + first, Math.Max(0, second - (first * first)));
    }
}
