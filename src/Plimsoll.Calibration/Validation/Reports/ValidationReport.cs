namespace Plimsoll.Calibration.Validation.Reports;

/// <summary>Predictions against measurements, data set by data set.</summary>
/// <param name="Sets">The data sets, in the order in which they ran.</param>
/// <param name="WallSeconds">How long that took.</param>
public sealed record ValidationReport(IReadOnlyList<ValidatedSet> Sets, double WallSeconds)
{
    /// <summary>Whether it was cut short: data sets at the end are missing.</summary>
    public bool Partial { get; init; }

    /// <summary>Every row.</summary>
    public IEnumerable<ValidationRow> Rows => Sets.SelectMany(set => set.Data.Rows);

    /// <summary>The row that is farthest from what it should be, of these; null when there is none. Ties end in the name.</summary>
    public static ValidationRow? WorstOf(IEnumerable<ValidationRow> rows) => rows
        .OrderByDescending(row => row.Miss)
        .ThenBy(row => row.Dataset, StringComparer.Ordinal)
        .ThenBy(row => row.Metric, StringComparer.Ordinal)
        .FirstOrDefault();

    /// <summary>Mean of the errors of these rows without their signs, bounds left out; not a number when there are none.</summary>
    public static double MeanMiss(IEnumerable<ValidationRow> rows) =>
        rows.Where(row => !row.IsBound).Select(row => row.Miss).DefaultIfEmpty(double.NaN).Average();
}
