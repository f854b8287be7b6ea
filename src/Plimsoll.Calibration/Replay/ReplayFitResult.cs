namespace Plimsoll.Calibration.Replay;

/// <summary>What a fit from request stamps found.</summary>
/// <param name="StepTime">The step time.</param>
/// <param name="Coefficients">Its coefficients, in the order of its form.</param>
/// <param name="Loss">Mean loss of a judged request, in units of scatter; see <see cref="ReplayFit.TtftScatter"/>.</param>
/// <param name="Simulations">How often the run was simulated.</param>
public sealed record ReplayFitResult(FittedStepTime StepTime, IReadOnlyList<double> Coefficients, double Loss, int Simulations);
