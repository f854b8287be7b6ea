using Plimsoll.Core;

namespace Plimsoll.Policies.Prediction;

/// <summary>What the trace itself says was predicted.</summary>
/// <remarks>
/// <para>
/// The bounds of <see cref="RequestDetails"/>; the point is their midpoint, rounded up. Where a bound is absent neither it nor a point is
/// believed.
/// </para>
/// <para>A bad idea with traces that carry predictions for a few requests only: the rest is unknown to every policy.</para>
/// <para>Source: the columns of the least and greatest predicted output in the trace.</para>
/// </remarks>
public sealed class RecordedPredictor : ILengthPredictor
{
    /// <inheritdoc/>
    public Signals Provides => Signals.PredictedLength | Signals.LengthInterval;

    /// <inheritdoc/>
    public LengthPrediction Predict(in InferenceRequest request) => request.Details switch
    {
        { OutputLower: { } lower, OutputUpper: { } upper } => LengthPrediction.Between(lower, upper),
        { } details => new LengthPrediction(0, details.OutputLower ?? 0, details.OutputUpper ?? 0),
        null => LengthPrediction.None,
    };

    /// <inheritdoc/>
    public void Learn(in InferenceRequest request, int outputTokens)
    {
    }
}
