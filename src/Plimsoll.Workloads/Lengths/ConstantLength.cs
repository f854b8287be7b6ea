namespace Plimsoll.Workloads.Lengths;

/// <summary>Always the same length: <c>const:100</c>.</summary>
/// <param name="tokens">The length, from 1.</param>
public sealed class ConstantLength(int tokens) : LengthDistribution
{
    /// <inheritdoc/>
    public override double Mean => tokens;

    /// <inheritdoc/>
    public override double Variance => 0;

    /// <inheritdoc/>
    public override int Minimum => tokens;

    /// <inheritdoc/>
    public override int Maximum => tokens;

    /// <inheritdoc/>
    public override int Quantile(double probability) => tokens;

    /// <inheritdoc/>
    public override double CumulativeProbability(int tokens) => tokens >= Minimum ? 1 : 0;
}
