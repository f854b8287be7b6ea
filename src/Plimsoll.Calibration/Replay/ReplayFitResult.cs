namespace Plimsoll.Calibration.Replay;

/// <summary>What a fit from request stamps found.</summary>
/// <param name="Terms">The coefficients.</param>
/// <param name="Loss">Mean loss of a judged request, in units of scatter; see <see cref="ReplayFit.TtftScatter"/>.</param>
/// <param name="Simulations">How often the run was simulated.</param>
public readonly record struct ReplayFitResult(AffineTerms Terms, double Loss, int Simulations);
