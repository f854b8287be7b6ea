namespace Plimsoll.Calibration.Profiles;

/// <summary>What came of a file.</summary>
/// <param name="File">Its name.</param>
/// <param name="Kind">What it was taken for.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Used">Rows that were of use.</param>
/// <param name="Impossible">Rows faster than the hardware.</param>
public readonly record struct SourceSummary(string File, string Kind, int Rows, int Used, int Impossible);
