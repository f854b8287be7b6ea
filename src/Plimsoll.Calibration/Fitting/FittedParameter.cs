namespace Plimsoll.Calibration.Fitting;

/// <summary>A number that a form was fitted with.</summary>
/// <param name="Name">Name with its unit, such as <c>seconds_per_prefill_token</c>.</param>
/// <param name="Value">Its value, never negative.</param>
/// <param name="StandardError">
/// How far it would scatter if the rows were measured anew; null for places of bends, and where the rows cannot tell.
/// </param>
/// <param name="Determined">
/// False when the rows say nothing about it (nothing of its kind was in them), or when its standard error exceeds half of it.
/// </param>
public readonly record struct FittedParameter(string Name, double Value, double? StandardError, bool Determined);
