using Plimsoll.Core;
using Plimsoll.Policies;
using Plimsoll.Policies.Prediction;

namespace Plimsoll.Simulation.Tests.Schedules;

/// <summary>The true length as the point, and the job's own bounds as the interval.</summary>
internal sealed class GivenLengths : ILengthPredictor
{
    public Signals Provides => Signals.PredictedLength | Signals.LengthInterval;

    public LengthPrediction Predict(in InferenceRequest request) =>
        new(request.OutputTokens, request.Details?.OutputLower ?? request.OutputTokens, request.Details?.OutputUpper ?? request.OutputTokens);

    public void Learn(in InferenceRequest request, int outputTokens)
    {
    }
}
