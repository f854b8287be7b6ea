namespace Plimsoll.Core;

/// <summary>What is believed of a request's output length, in tokens. 0 in a field says that nothing is believed there.</summary>
/// <param name="Point">The best guess, or what stands for its class.</param>
/// <param name="Lower">Believed least length.</param>
/// <param name="Upper">Believed greatest length, not below <paramref name="Lower"/>.</param>
public readonly record struct LengthPrediction(int Point, int Lower, int Upper)
{
    /// <summary>Nothing is believed.</summary>
    public static LengthPrediction None => default;

    /// <summary>The length is known.</summary>
    public static LengthPrediction Exact(int tokens) => new(tokens, tokens, tokens);

    /// <summary>The length lies between these two, which the interval includes; the point is their midpoint, rounded up.</summary>
    public static LengthPrediction Between(int lower, int upper) => new((int)(((long)lower + upper + 1) / 2), lower, upper);
}
