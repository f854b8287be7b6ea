namespace Plimsoll.Calibration.Fitting;

/// <summary>What became of fitting a form: the fit, or why there is none.</summary>
/// <param name="Form">The fit; null when there is none.</param>
/// <param name="Reason">Why there is none; empty when there is one.</param>
public readonly record struct FormFit(FittedForm? Form, string Reason);
