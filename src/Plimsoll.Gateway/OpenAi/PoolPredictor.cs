using Plimsoll.Core;
using Plimsoll.Policies.Prediction;

namespace Plimsoll.Gateway.OpenAi;

/// <summary>What is believed of the output lengths of one pool's requests, learned as they end. For many callers at a time.</summary>
internal sealed class PoolPredictor(ILengthPredictor predictor)
{
    private readonly Lock _lock = new();

    /// <summary>The same request with a guess of its output length.</summary>
    public InferenceRequest Predicted(in InferenceRequest request)
    {
        lock (_lock)
        {
            return request with { Details = request.Details!.WithPrediction(predictor.Predict(request).Point) };
        }
    }

    /// <summary>A request was served to its end.</summary>
    public void Learn(in InferenceRequest request, int outputTokens)
    {
        if (outputTokens > 0)
        {
            lock (_lock)
            {
                predictor.Learn(request, outputTokens);
            }
        }
    }
}
