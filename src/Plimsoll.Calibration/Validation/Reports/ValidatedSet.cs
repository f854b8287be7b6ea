namespace Plimsoll.Calibration.Validation.Reports;

/// <summary>A data set and what the predictions of it came to.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">What was measured.</param>
/// <param name="Data">Rows, parameters, notes.</param>
public sealed record ValidatedSet(string Name, string Title, ValidatedData Data);
