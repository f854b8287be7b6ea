namespace Plimsoll.Calibration.Fitting;

/// <summary>How a form did in cross-validation.</summary>
/// <param name="Form">Name of the form.</param>
/// <param name="Formula">What it says.</param>
/// <param name="Score">
/// Mean over the folds of the mean absolute relative error on the fold not fitted, its worst tenth of rows left out and each batch size and
/// prompt size counting the same; NaN when it has none.
/// </param>
/// <param name="FoldScores">The same fold by fold.</param>
/// <param name="Errors">Errors on all rows, each predicted without its fold.</param>
/// <param name="Reason">Why it has no score; empty when it has one.</param>
public sealed record FormScore(
    string Form, string Formula, double Score, IReadOnlyList<double> FoldScores, ErrorSummary Errors, string Reason);
