namespace Plimsoll.Workloads.Lengths;

/// <summary>
/// Geometric on 1, 2, 3…: after each token the sequence ends with the same probability 1/<paramref name="mean"/>. Written
/// <c>geometric:500</c>.
/// </summary>
/// <param name="mean">Expected length, from 1 (which is always 1).</param>
public sealed class GeometricLength(double mean) : LengthDistribution
{
    private readonly double _logContinue = Math.Log(1 - (1 / mean));

    /// <inheritdoc/>
    public override double Mean => mean;

    /// <inheritdoc/>
    public override double Variance => mean * (mean - 1);

    /// <inheritdoc/>
    public override int Minimum => 1;

    /// <inheritdoc/>
    public override int Maximum => mean > 1 ? MaxTokens : 1;

    /// <inheritdoc/>
    public override int Quantile(double probability) =>
        (int)Math.Clamp(Math.Ceiling(Math.Log(1 - probability) / _logContinue), 1, MaxTokens);

    /// <inheritdoc/>
    public override double CumulativeProbability(int tokens) => tokens < 1 ? 0 : 1 - Math.Exp(tokens * _logContinue);

    /// <inheritdoc/>
    public override double ExceedanceProbability(int tokens) => tokens < 1 ? 1 : Math.Exp(tokens * _logContinue);
}
