using Plimsoll.Calibration.Fitting;
using Plimsoll.Performance;
using Plimsoll.Performance.StepTime;

namespace Plimsoll.Calibration.Tests.Fitting;

public sealed class ProfileTableTests
{
    [Theory]
    [InlineData("affine-mixed", 1e-3)]
    [InlineData("chunk", 0.02)]
    [InlineData("ridge", 0.01)]
    public void A_profile_read_back_says_what_the_form_says(string form, double tolerance)
    {
        List<StepObservation> rows = MadeUpSteps.Timed(
            form switch { "chunk" => MadeUpSteps.Chunked, "ridge" => MadeUpSteps.Ridge, _ => MadeUpSteps.Affine }, 1, 0);
        FittedForm fitted = StepTimeFit.Run(rows, new FitOptions { Form = form }, out _)!.Chosen;

        ReadResult<TableStepTime> table = ProfileTable.ReadBack(ProfileTable.RowsOf(fitted, rows));

        Assert.Empty(table.Problems);
        Assert.All(rows, row => Assert.Equal(1, table.Value!.StepPicoseconds(row.ToShape()) * 1e-12 / fitted.Seconds(row), tolerance));
    }

    [Fact]
    public void The_table_form_writes_the_rows_that_were_read()
    {
        List<StepObservation> rows = MadeUpSteps.Timed(MadeUpSteps.Chunked, 1, 0);
        FittedForm fitted = StepTimeFit.Run(rows, new FitOptions { Form = StepForms.Table }, out _)!.Chosen;

        IReadOnlyList<StepObservation> written = ProfileTable.RowsOf(fitted, rows);

        Assert.Equal(rows.Select(row => row.ToShape()).Distinct().Count(), written.Count);
        ReadResult<TableStepTime> table = ProfileTable.ReadBack(written);
        Assert.All(
            rows.Where(row => row.IsDecode),
            row => Assert.Equal(1, table.Value!.StepPicoseconds(row.ToShape()) * 1e-12 / row.Seconds, 1e-6));
    }
}
