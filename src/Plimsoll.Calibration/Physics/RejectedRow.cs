namespace Plimsoll.Calibration.Physics;

/// <summary>A row that was not used.</summary>
/// <param name="File">File.</param>
/// <param name="Line">Line from 1; 0 when it has none.</param>
/// <param name="Kind">Why, in a word or two, the same for all rows of a kind.</param>
/// <param name="Reason">Why, with its numbers.</param>
public readonly record struct RejectedRow(string File, int Line, string Kind, string Reason);
