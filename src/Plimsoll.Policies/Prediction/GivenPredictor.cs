using Plimsoll.Core;

namespace Plimsoll.Policies.Prediction;

/// <summary>The true length as point; as interval what the trace itself says, or the true length where it says nothing.</summary>
/// <remarks>
/// <para>Looks at the true length.</para>
/// <para>A bad idea as a forecast of what a real predictor would bring: the point is always right.</para>
/// <para>Source: job lists of the scheduling literature, which give lengths and, for interval policies, bounds.</para>
/// </remarks>
public sealed class GivenPredictor : ILengthPredictor
{
    /// <inheritdoc/>
    public Signals Provides => Signals.PredictedLength | Signals.LengthInterval | Signals.LengthClass;

    /// <inheritdoc/>
    public LengthPrediction Predict(in InferenceRequest request) => new(
        request.OutputTokens,
        request.Details?.OutputLower ?? request.OutputTokens,
        request.Details?.OutputUpper ?? Math.Max(request.OutputTokens, request.Details?.OutputLower ?? 0));

    /// <inheritdoc/>
    public void Learn(in InferenceRequest request, int outputTokens)
    {
    }
}
