namespace Plimsoll.Calibration.Fitting;

/// <summary>
/// Rows of the same shape become one, with their median time: what was measured a hundred times is not a hundred times as important, and a
/// repeat that went wrong does no harm. Means over many steps stay as they are.
/// </summary>
internal static class RepeatedShapes
{
    public static IReadOnlyList<StepObservation> Merge(IReadOnlyList<StepObservation> rows) =>
    [
        .. rows
            .Select((row, i) => (Row: row, Key: row.IsAverage ? (long)i : -1))
            .GroupBy(each => (each.Key, each.Row.ToShape(), each.Row.HistoryTokens))
            .Select(group => group.First().Row with { Seconds = Median([.. group.Select(each => each.Row.Seconds)]) }),
    ];

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return ErrorSummary.Percentile(values, 0.5);
    }
}
