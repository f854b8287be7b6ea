using Plimsoll.Core;

namespace Plimsoll.Policies.Prediction;

/// <summary>Nothing is believed of any request.</summary>
/// <remarks>
/// <para>A bad idea with a policy that orders or admits by length: it has nothing to go by, and is refused.</para>
/// <para>Source: what inference engines do by default.</para>
/// </remarks>
public sealed class NoPredictor : ILengthPredictor
{
    /// <inheritdoc/>
    public Signals Provides => Signals.None;

    /// <inheritdoc/>
    public LengthPrediction Predict(in InferenceRequest request) => LengthPrediction.None;

    /// <inheritdoc/>
    public void Learn(in InferenceRequest request, int outputTokens)
    {
    }
}
