namespace Plimsoll.Calibration.Fitting;

/// <summary>A quantity of a step whose price a linear form learns.</summary>
/// <param name="Parameter">Name of the price.</param>
/// <param name="Amount">How much of it is in a step.</param>
public sealed record FormTerm(string Parameter, Func<StepObservation, double> Amount);
