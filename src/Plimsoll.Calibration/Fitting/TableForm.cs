using Plimsoll.Performance;
using Plimsoll.Performance.StepTime;

namespace Plimsoll.Calibration.Fitting;

/// <summary>The rows themselves, interpolated; rows of the same shape give their median.</summary>
internal sealed class TableForm : IStepForm
{
    public string Name => StepForms.Table;

    public string Formula => "linear between the rows; attention between chunks and the mixing cost fitted";

    public int Complexity => int.MaxValue;

    public bool LearnsFromAverages => false;

    public FormFit Fit(IReadOnlyList<StepObservation> rows)
    {
        ReadResult<TableStepTime> table = TableFit.Build(RowsOf(rows), "table", null);
        if (table.Value is not TableStepTime model)
        {
            return new FormFit(null, string.Join("; ", table.Problems.Select(problem => $"{problem.Field} {problem.Message}").Take(2)));
        }

        return new FormFit(new FittedForm(Name, [], 0, row => model.StepPicoseconds(row.ToShape()) * 1e-12), "");
    }

    /// <summary>One row a shape, its median time, in order of shape.</summary>
    public static List<ProfileRow> RowsOf(IReadOnlyList<StepObservation> rows) =>
    [
        .. rows
            .Where(row => !row.IsAverage)
            .GroupBy(row => row.ToShape())
            .Select(group => (Shape: group.Key, Seconds: Median([.. group.Select(row => row.Seconds)])))
            .OrderBy(row => row.Shape.PrefillTokens)
            .ThenBy(row => row.Shape.PrefillSequences)
            .ThenBy(row => row.Shape.PrefillAttentionPairs)
            .ThenBy(row => row.Shape.DecodeSequences)
            .ThenBy(row => row.Shape.DecodeContextTokens)
            .Select((row, i) => new ProfileRow(row.Shape, row.Seconds, i + 2)),
    ];

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return ErrorSummary.Percentile(values, 0.5);
    }
}
