using Plimsoll.Core;

namespace Plimsoll.Policies.Prediction;

/// <summary>Answers one question: how many output tokens will this request generate?</summary>
public interface ILengthPredictor
{
    /// <summary>
    /// Which of <see cref="Signals.PredictedLength"/>, <see cref="Signals.LengthInterval"/> and <see cref="Signals.LengthClass"/> it gives.
    /// </summary>
    Signals Provides { get; }

    /// <summary>
    /// What is believed when the request arrives. The same request gets the same answer whatever other requests were asked about, unless
    /// the predictor learns.
    /// </summary>
    LengthPrediction Predict(in InferenceRequest request);

    /// <summary>A request finished with this many output tokens.</summary>
    void Learn(in InferenceRequest request, int outputTokens);
}
