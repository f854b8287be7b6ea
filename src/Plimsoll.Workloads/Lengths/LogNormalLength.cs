namespace Plimsoll.Workloads.Lengths;

/// <summary>
/// Log-normal, rounded to the nearest whole token and then clamped to 1 … cap: <c>lognormal:MEDIAN:MEAN[:CAP]</c>. Median and mean
/// are those of the curve before rounding and clamping: μ = ln median, σ² = 2 ln(mean / median).
/// </summary>
public sealed class LogNormalLength : LengthDistribution
{
    private const int SummedExactly = 4096;
    private readonly double _mu;
    private readonly double _sigma;
    private readonly int _cap;

    /// <summary>The curve with this median and mean, in tokens; all that exceeds <paramref name="cap"/> becomes the cap.</summary>
    /// <param name="median">Positive.</param>
    /// <param name="mean">Above the median.</param>
    /// <param name="cap">From 1.</param>
    public LogNormalLength(double median, double mean, int cap = MaxTokens)
    {
        _mu = Math.Log(median);
        _sigma = Math.Sqrt(2 * Math.Log(mean / median));
        _cap = cap;
        (Mean, Variance) = Moments();
    }

    /// <inheritdoc/>
    public override double Mean { get; }

    /// <inheritdoc/>
    public override double Variance { get; }

    /// <inheritdoc/>
    public override int Minimum => 1;

    /// <inheritdoc/>
    public override int Maximum => _cap;

    /// <inheritdoc/>
    public override int Quantile(double probability)
    {
        double length = Math.Exp(_mu + (_sigma * NormalCurve.Quantile(probability)));
        return length >= _cap ? _cap : Math.Max(1, (int)(length + 0.5));
    }

    /// <inheritdoc/>
    public override double CumulativeProbability(int tokens) =>
        tokens < 1 ? 0 : tokens >= _cap ? 1 : NormalCurve.Cumulative(Score(tokens + 0.5));

    /// <inheritdoc/>
    public override double ExceedanceProbability(int tokens) =>
        tokens < 1 ? 1 : tokens >= _cap ? 0 : NormalCurve.Exceedance(Score(tokens + 0.5));

    // E[L] = Σ P(L > k) and E[L²] = Σ (2k + 1) P(L > k) over k from 0. The first terms are summed as they are; beyond them the sums
    // are integrals of the curve by the midpoint rule, for which the log-normal has closed forms.
    private (double Mean, double Variance) Moments()
    {
        int exact = Math.Min(_cap, SummedExactly);
        double first = 0;
        double second = 0;
        for (int k = 0; k < exact; k++)
        {
            double exceeds = 1 - CumulativeProbability(k);
            first += exceeds;
            second += ((2.0 * k) + 1) * exceeds;
        }

        first += LimitedMoment(1, _cap) - LimitedMoment(1, exact);
        second += LimitedMoment(2, _cap) - LimitedMoment(2, exact);
        return (first, Math.Max(0, second - (first * first)));
    }

    // E[min(X, limit)^power] of the curve itself.
    private double LimitedMoment(int power, double limit)
    {
        double whole = Math.Exp((power * _mu) + (power * power * _sigma * _sigma / 2));
        double score = Score(limit);
        return (whole * NormalCurve.Cumulative(score - (power * _sigma))) + (Math.Pow(limit, power) * NormalCurve.Exceedance(score));
    }

    private double Score(double length) => (Math.Log(length) - _mu) / _sigma;
}
