namespace Plimsoll.Workloads.Lengths;

/// <summary>
/// Every whole number from <paramref name="minimum"/> to <paramref name="maximum"/>, both included, equally often:
/// <c>uniform:10:1600</c>.
/// </summary>
/// <param name="minimum">Least length, from 1.</param>
/// <param name="maximum">Greatest length, not below the least.</param>
public sealed class UniformLength(int minimum, int maximum) : LengthDistribution
{
    private readonly double _count = (double)maximum - minimum + 1;

    /// <inheritdoc/>
    public override double Mean => minimum + ((_count - 1) / 2);

    /// <inheritdoc/>
    public override double Variance => ((_count * _count) - 1) / 12;

    /// <inheritdoc/>
    public override int Minimum => minimum;

    /// <inheritdoc/>
    public override int Maximum => maximum;

    /// <inheritdoc/>
    public override int Quantile(double probability) => minimum + (int)(probability * _count);

    /// <inheritdoc/>
    public override double CumulativeProbability(int tokens) => Math.Clamp((tokens - (double)minimum + 1) / _count, 0, 1);
}
