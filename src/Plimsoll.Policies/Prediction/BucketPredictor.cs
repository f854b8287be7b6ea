using Plimsoll.Core;

namespace Plimsoll.Policies.Prediction;

/// <summary>Which bucket of a given width the true length falls into.</summary>
/// <remarks>
/// <para>[kW + 1, (k + 1)W] with k = ⌊(o − 1) / W⌋; the point is the midpoint, rounded up.</para>
/// <para>Looks at the true length.</para>
/// <para>A bad idea when most lengths fall into one bucket: it then says nothing about them.</para>
/// <para>
/// Source: the second setting of the experiments of Z. Chen, Y. Ye and Z. Zhou, Adaptively Robust LLM Inference Optimization under
/// Prediction Uncertainty, arXiv 2508.14544: ten buckets of 100 tokens. Classifiers of the output length predict like this.
/// </para>
/// </remarks>
/// <param name="width">W, the width of a bucket in tokens, from 1.</param>
public sealed class BucketPredictor(int width) : ILengthPredictor
{
    /// <inheritdoc/>
    public Signals Provides => Signals.PredictedLength | Signals.LengthInterval;

    /// <inheritdoc/>
    public LengthPrediction Predict(in InferenceRequest request)
    {
        int below = (request.OutputTokens - 1) / width * width;
        return LengthPrediction.Between(below + 1, (int)Math.Min(int.MaxValue, (long)below + width));
    }

    /// <inheritdoc/>
    public void Learn(in InferenceRequest request, int outputTokens)
    {
    }
}
