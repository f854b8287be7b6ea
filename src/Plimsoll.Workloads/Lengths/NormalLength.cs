namespace Plimsoll.Workloads.Lengths;

/// <summary>
/// Normal, rounded to the nearest whole token and then clamped (not redrawn) to the range: <c>normal:MEAN:SD:MIN:MAX</c>. Mean and
/// standard deviation are those of the curve before rounding and clamping.
/// </summary>
public sealed class NormalLength : LengthDistribution
{
    private readonly double _mean;
    private readonly double _standardDeviation;

    /// <summary>The curve with this mean and standard deviation, in tokens, clamped to the range.</summary>
    /// <param name="mean">Any number of tokens.</param>
    /// <param name="standardDeviation">Positive.</param>
    /// <param name="minimum">Least length, from 1.</param>
    /// <param name="maximum">Greatest length, not below the least.</param>
    public NormalLength(double mean, double standardDeviation, int minimum, int maximum)
    {
        _mean = mean;
        _standardDeviation = standardDeviation;
        (Minimum, Maximum) = (minimum, maximum);
        (Mean, Variance) = Moments();
    }

    /// <inheritdoc/>
    public override double Mean { get; }

    /// <inheritdoc/>
    public override double Variance { get; }

    /// <inheritdoc/>
    public override int Minimum { get; }

    /// <inheritdoc/>
    public override int Maximum { get; }

    /// <inheritdoc/>
    public override int Quantile(double probability) =>
        (int)Math.Clamp(Math.Floor(_mean + (_standardDeviation * NormalCurve.Quantile(probability)) + 0.5), Minimum, Maximum);

    /// <inheritdoc/>
    public override double CumulativeProbability(int tokens) =>
        tokens < Minimum ? 0 : tokens >= Maximum ? 1 : NormalCurve.Cumulative((tokens + 0.5 - _mean) / _standardDeviation);

    /// <inheritdoc/>
    public override double ExceedanceProbability(int tokens) =>
        tokens < Minimum ? 1 : tokens >= Maximum ? 0 : NormalCurve.Exceedance((tokens + 0.5 - _mean) / _standardDeviation);

    // Moments of L − low, where low is the least length that matters: nothing lies outside ten standard deviations. Steps of more than
    // one token are taken only where the curve is so wide that they lose nothing.
    private (double Mean, double Variance) Moments()
    {
        int low = (int)Math.Clamp(_mean - (10 * _standardDeviation), Minimum, Maximum);
        int high = (int)Math.Clamp(_mean + (10 * _standardDeviation), low, Maximum);
        int step = Math.Max(1, (high - low) / 1_000_000);
        double first = 0;
        double second = 0;
        for (long k = low; k < high; k += step)
        {
            double width = Math.Min(step, high - k);
            double middle = k + ((width - 1) / 2);
            double exceeds = NormalCurve.Exceedance((middle + 0.5 - _mean) / _standardDeviation) * width;
            first += exceeds;
            second += ((2 * (middle - low)) + 1) * exceeds;
        }

        return (low + first, Math.Max(0, second - (first * first)));
    }
}
