using Plimsoll.Core;

namespace Plimsoll.Policies.Prediction;

/// <summary>A point that misses the true length by a log-normal factor.</summary>
/// <remarks>
/// <para>
/// Point = o · exp(σZ) with Z standard normal (Box and Muller), rounded to the nearest token, at least 1. The median of the factor is 1;
/// its mean is exp(σ²/2), so that wide noise overestimates on average. At σ = 0 the point is exact. One seed gives a request the same Z
/// at every σ.
/// </para>
/// <para>Looks at the true length.</para>
/// <para>A bad idea where real errors depend on the request: a model that misses long answers only is not like this.</para>
/// <para>Source: the usual multiplicative error of regressions on the logarithm of the length.</para>
/// </remarks>
/// <param name="sigma">Standard deviation of the logarithm of the factor, from 0.</param>
/// <param name="tree">The randomness of the run.</param>
public sealed class LogNormalNoisePredictor(double sigma, RandomTree tree) : ILengthPredictor
{
    private readonly ErrorDice _dice = new(tree);

    /// <inheritdoc/>
    public Signals Provides => Signals.PredictedLength;

    /// <inheritdoc/>
    public LengthPrediction Predict(in InferenceRequest request)
    {
        RandomStream random = _dice.For(request.Id);
        double radius = Math.Sqrt(-2 * Math.Log(random.NextOpenUnit()));
        double z = radius * Math.Cos(2 * Math.PI * random.NextOpenUnit());
        double point = Math.Round(request.OutputTokens * Math.Exp(sigma * z), MidpointRounding.AwayFromZero);
        return new LengthPrediction((int)Math.Clamp(point, 1, int.MaxValue), 0, 0);
    }

    /// <inheritdoc/>
    public void Learn(in InferenceRequest request, int outputTokens)
    {
    }
}
