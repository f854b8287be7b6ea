using Plimsoll.Core;

namespace Plimsoll.Policies.Prediction;

/// <summary>An interval around the true length whose width is proportional to it.</summary>
/// <remarks>
/// <para>[max(1, ⌊(1 − x)o⌋), ⌈(1 + x)o⌉], in decimal arithmetic so that 0.1 is a tenth; the point is the midpoint, rounded up.</para>
/// <para>Looks at the true length.</para>
/// <para>
/// A bad idea for judging a policy that takes midpoints: the centre gives the length away. A policy that uses only one bound sorts
/// requests by their true length whatever x is.
/// </para>
/// <para>
/// Source: the third setting of the experiments of Z. Chen, Y. Ye and Z. Zhou, Adaptively Robust LLM Inference Optimization under
/// Prediction Uncertainty, arXiv 2508.14544, with x = 0.1, 0.95, 0.99.
/// </para>
/// </remarks>
/// <param name="halfWidth">x: half the width over the true length, from 0 to below 1.</param>
public sealed class RelativeIntervalPredictor(decimal halfWidth) : ILengthPredictor
{
    /// <inheritdoc/>
    public Signals Provides => Signals.PredictedLength | Signals.LengthInterval;

    /// <inheritdoc/>
    public LengthPrediction Predict(in InferenceRequest request)
    {
        int lower = (int)Math.Max(1, Math.Floor((1 - halfWidth) * request.OutputTokens));
        int upper = (int)Math.Min(int.MaxValue, Math.Ceiling((1 + halfWidth) * request.OutputTokens));
        return LengthPrediction.Between(lower, upper);
    }

    /// <inheritdoc/>
    public void Learn(in InferenceRequest request, int outputTokens)
    {
    }
}
