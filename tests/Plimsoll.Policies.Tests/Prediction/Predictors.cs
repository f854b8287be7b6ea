using Plimsoll.Core;
using Plimsoll.Policies.Prediction;

namespace Plimsoll.Policies.Tests.Prediction;

/// <summary>Predictors by their text and requests by their lengths.</summary>
internal static class Predictors
{
    public static PredictionSpec Spec(string text)
    {
        PredictionSpec? spec = PredictionSpec.Parse(text, out IReadOnlyList<string> problems);
        Assert.Empty(problems);
        return spec!;
    }

    public static ILengthPredictor Of(string text, ulong seed = 1) => Spec(text).Create(new RandomTree(seed));

    public static InferenceRequest Request(long id, int outputTokens, int promptTokens = 100, RequestDetails? details = null) =>
        new(new RequestId(id), Instant.Zero, promptTokens, outputTokens, details);

    public static LengthPrediction Predict(string text, int outputTokens, RequestDetails? details = null) =>
        Of(text).Predict(Request(0, outputTokens, details: details));
}
