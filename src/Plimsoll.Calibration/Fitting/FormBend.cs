namespace Plimsoll.Calibration.Fitting;

/// <summary>A place where the price of something changes.</summary>
/// <param name="Name">Name with its unit, such as <c>bend_decode_sequences</c>.</param>
/// <param name="Amount">What it is a value of.</param>
internal sealed record FormBend(string Name, Func<StepObservation, double> Amount);
