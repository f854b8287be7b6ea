using Plimsoll.Core;

namespace Plimsoll.Policies.Prediction;

/// <summary>One bit: whether the true length is short or long.</summary>
/// <remarks>
/// <para>
/// Short if o ≤ T: the bounds are 1 and T, and max(1, ⌊T/2⌋) stands for the class. Else long: the bounds are T + 1 and none, and 2T stands
/// for the class: a coarse point, which any policy may take for a length.
/// </para>
/// <para>Looks at the true length.</para>
/// <para>A bad idea when the threshold is far from the lengths there are: everything is then in one class.</para>
/// <para>Source: the coarse prediction of Kong, Qi, Ye and Zhou on smallest volume first, arXiv 2606.22327.</para>
/// </remarks>
/// <param name="thresholdTokens">T, the greatest short length, from 1 to 2³⁰ − 1.</param>
public sealed class ClassPredictor(int thresholdTokens) : ILengthPredictor
{
    /// <summary>The greatest length that is short.</summary>
    public int ThresholdTokens => thresholdTokens;

    /// <inheritdoc/>
    public Signals Provides => Signals.LengthClass | Signals.PredictedLength;

    /// <inheritdoc/>
    public LengthPrediction Predict(in InferenceRequest request) => request.OutputTokens <= thresholdTokens
        ? new LengthPrediction(Math.Max(1, thresholdTokens / 2), 1, thresholdTokens)
        : new LengthPrediction(2 * thresholdTokens, thresholdTokens + 1, 0);

    /// <inheritdoc/>
    public void Learn(in InferenceRequest request, int outputTokens)
    {
    }
}
