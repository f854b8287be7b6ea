namespace Plimsoll.Simulation.Disaggregation;

/// <summary>A time that grows with tokens: α·tokens + β, in whatever unit of time the coefficients are.</summary>
/// <param name="PerToken">α, not negative.</param>
/// <param name="Fixed">β, not negative.</param>
public readonly record struct AffineCost(double PerToken, double Fixed)
{
    /// <summary>The time for so many tokens.</summary>
    public double At(double tokens) => (PerToken * tokens) + Fixed;
}
