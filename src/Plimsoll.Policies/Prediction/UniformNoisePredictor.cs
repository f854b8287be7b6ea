using Plimsoll.Core;

namespace Plimsoll.Policies.Prediction;

/// <summary>A point that misses the true length by a bounded, evenly spread factor.</summary>
/// <remarks>
/// <para>
/// Point = o · U with U uniform in (1 − ε, 1 + ε), rounded to the nearest token, at least 1. At ε = 0 the point is exact. One seed places
/// a request at the same fraction of the range at every ε.
/// </para>
/// <para>Looks at the true length.</para>
/// <para>A bad idea for wide errors: it never misses by a factor of two upwards, which real predictors do.</para>
/// <para>
/// Source: the error study of Jaillet, J. Jiang, K. Mellou, M. Molinaro, C. Podimata and Z. Zhou, Online Scheduling for LLM Inference
/// with KV Cache Constraints, arXiv 2502.07115, with ε = 0.2, 0.5, 0.8.
/// </para>
/// </remarks>
/// <param name="epsilon">Half the range of the factor, from 0 to below 1.</param>
/// <param name="tree">The randomness of the run.</param>
public sealed class UniformNoisePredictor(double epsilon, RandomTree tree) : ILengthPredictor
{
    private readonly ErrorDice _dice = new(tree);

    /// <inheritdoc/>
    public Signals Provides => Signals.PredictedLength;

    /// <inheritdoc/>
    public LengthPrediction Predict(in InferenceRequest request)
    {
        RandomStream random = _dice.For(request.Id);
        double factor = 1 + (epsilon * ((2 * random.NextOpenUnit()) - 1));
        double point = Math.Round(request.OutputTokens * factor, MidpointRounding.AwayFromZero);
        return new LengthPrediction((int)Math.Clamp(point, 1, int.MaxValue), 0, 0);
    }

    /// <inheritdoc/>
    public void Learn(in InferenceRequest request, int outputTokens)
    {
    }
}
