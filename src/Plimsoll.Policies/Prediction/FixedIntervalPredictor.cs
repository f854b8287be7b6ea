using Plimsoll.Core;

namespace Plimsoll.Policies.Prediction;

/// <summary>The same interval for every request.</summary>
/// <remarks>
/// <para>[lower, upper], whatever the request; the point is the midpoint, rounded up. It may be wrong, which the coverage shows.</para>
/// <para>A bad idea when lengths differ much: every request looks alike, and reserving the upper bound wastes most of the memory.</para>
/// <para>
/// Source: the first setting of the experiments of Chen, Ye and Zhou, Adaptively Robust LLM Inference Optimization under
/// Prediction Uncertainty, arXiv 2508.14544, with [1, 1000].
/// </para>
/// </remarks>
/// <param name="lower">Least length in tokens, from 1.</param>
/// <param name="upper">Greatest length in tokens, not below <paramref name="lower"/>.</param>
public sealed class FixedIntervalPredictor(int lower, int upper) : ILengthPredictor
{
    /// <inheritdoc/>
    public Signals Provides => Signals.PredictedLength | Signals.LengthInterval;

    /// <inheritdoc/>
    public LengthPrediction Predict(in InferenceRequest request) => LengthPrediction.Between(lower, upper);

    /// <inheritdoc/>
    public void Learn(in InferenceRequest request, int outputTokens)
    {
    }
}
