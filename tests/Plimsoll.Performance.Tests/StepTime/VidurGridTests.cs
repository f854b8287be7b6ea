using Plimsoll.Performance.StepTime;
using Plimsoll.Testing;

namespace Plimsoll.Performance.Tests.StepTime;

/// <summary>A large profile in the other form: what was tabulated comes back, what must be composed stays close.</summary>
public sealed class VidurGridTests
{
    [Theory]
    [InlineData("llama2-7b_a100_tp1.csv", 0.03, 0.015)]
    [InlineData("llama3-8b_a100_tp1.csv", 0.03, 0.015)]
    [InlineData("llama2-70b_a100_tp2.csv", 0.03, 0.015)]
    [InlineData("llama2-70b_h100_tp4.csv", 0.03, 0.015)]
    public void The_table_reproduces_its_rows(string file, double chunkError, double mixedError)
    {
        List<InputProblem> problems = [];
        using FileStream csv = File.OpenRead(SharedData.PathOf($"profiles/vidur_grid/{file}"));
        IReadOnlyList<ProfileRow> rows = ProfileReader.Read(csv, file, problems);
        TableStepTime table = TableFit.Build(rows, file, null).Value!;

        Assert.Empty(problems);
        Assert.Equal(699, rows.Count);
        Assert.InRange(WorstError(table, rows.Where(row => row.IsDecode)), 0, 1e-6);
        Assert.InRange(WorstError(table, rows.Where(row => row.IsFreshPrefill)), 0, 1e-6);
        Assert.InRange(MedianError(table, rows.Where(row => row.Shape.DecodeSequences == 0 && !row.IsFreshPrefill)), 0, chunkError);
        Assert.InRange(MedianError(table, rows.Where(row => row.Shape.IsMixed)), 0, mixedError);
    }

    private static double WorstError(TableStepTime table, IEnumerable<ProfileRow> rows) => rows.Max(row => Error(table, row));

    private static double MedianError(TableStepTime table, IEnumerable<ProfileRow> rows)
    {
        double[] errors = [.. rows.Select(row => Error(table, row)).Order()];
        return errors[errors.Length / 2];
    }

    private static double Error(TableStepTime table, ProfileRow row) =>
        Math.Abs((table.StepPicoseconds(row.Shape) * 1e-12 / row.Seconds) - 1);
}
