using Plimsoll.Core;

namespace Plimsoll.Policies.Prediction;

/// <summary>The true length, as point and as interval.</summary>
/// <remarks>
/// <para>Looks at the true length.</para>
/// <para>A bad idea as a forecast of what a real predictor would bring: it is the upper bound that others are measured against.</para>
/// <para>Source: the hindsight benchmarks of the scheduling literature.</para>
/// </remarks>
public sealed class ExactPredictor : ILengthPredictor
{
    /// <inheritdoc/>
    public Signals Provides => Signals.PredictedLength | Signals.LengthInterval | Signals.LengthClass;

    /// <inheritdoc/>
    public LengthPrediction Predict(in InferenceRequest request) => LengthPrediction.Exact(request.OutputTokens);

    /// <inheritdoc/>
    public void Learn(in InferenceRequest request, int outputTokens)
    {
    }
}
