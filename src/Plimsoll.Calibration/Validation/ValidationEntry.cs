using Plimsoll.Calibration.Validation.Reading;
using Plimsoll.Performance;
using Plimsoll.Performance.Catalog;

namespace Plimsoll.Calibration.Validation;

/// <summary>A data set that predictions are held against.</summary>
/// <param name="Name">Its name on the command line, which is that of its folder.</param>
/// <param name="Title">What was measured.</param>
/// <param name="Read">
/// Takes its files, in order of their paths; returns what predicts it, or null when something is wrong with them, which is reported.
/// </param>
public sealed record ValidationEntry(
    string Name, string Title, Func<IReadOnlyList<MeasuredFile>, List<InputProblem>, Func<PerformanceCatalog, ValidatedData>?> Read);
