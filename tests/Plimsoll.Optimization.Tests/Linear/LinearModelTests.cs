using Plimsoll.Optimization.Linear;
using Plimsoll.Optimization.Native;

namespace Plimsoll.Optimization.Tests.Linear;

public sealed class LinearModelTests
{
    [Fact]
    public void Columns_are_stored_one_after_another()
    {
        LinearModel model = Knapsack();

        Assert.Equal((3, 2, 5), (model.Columns, model.Rows, model.Nonzeros));
        Assert.Equal([0, 2, 4, 5], model.Starts.ToArray());
        Assert.Equal([0, 1, 0, 1, 0], model.RowIndices.ToArray());
        Assert.Equal([3, 1, 4, 1, 5], model.Values.ToArray());
        Assert.Equal([double.NegativeInfinity, 1], model.RowLower.ToArray());
        Assert.Equal([7, double.PositiveInfinity], model.RowUpper.ToArray());
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        var model = new LinearModel();
        model.AddRow(RowSense.Equal, 1);

        Assert.Throws<ArgumentOutOfRangeException>(() => model.AddRow(RowSense.AtMost, double.PositiveInfinity));
        Assert.Throws<ArgumentException>(() => model.AddColumn(1, 0, 1, true, [1], [1]));
        Assert.Throws<ArgumentException>(() => model.AddColumn(1, 0, 1, true, [0], []));
        Assert.Throws<ArgumentException>(() => model.AddColumn(1, 2, 1, true, [0], [1]));
        Assert.Throws<ArgumentException>(() => model.AddColumn(double.NaN, 0, 1, true, [0], [1]));
    }

    [Fact]
    public void Clp_finds_the_fractional_optimum()
    {
        Solvers.Require();
        using var solver = new ClpModel(Knapsack());

        Assert.Equal(LinearStatus.Optimal, solver.Solve(double.PositiveInfinity));
        Assert.Equal([1, 1, 0], solver.Values.ToArray().Select(value => Math.Round(value, 9)));
    }

    [Fact]
    public void Cbc_finds_the_whole_optimum_and_proves_it()
    {
        Solvers.Require();
        using var solver = new CbcModel(Tight());

        solver.Solve();

        Assert.True(solver.IsProvenOptimal);
        Assert.Equal(-11, solver.Objective, 1e-9);
        Assert.Equal([1, 0, 1], solver.Solution.ToArray().Select(value => Math.Round(value, 9)));
    }

    [Fact]
    public void Cbc_says_that_nothing_lies_below_the_cutoff()
    {
        Solvers.Require();
        using var solver = new CbcModel(Tight());
        solver.Set("cutoff", -11.5);

        solver.Solve();

        Assert.True(solver.IsProvenInfeasible);
        Assert.True(solver.Solution.IsEmpty);
    }

    // Least −4x −5y −6z with 3x + 4y + 5z ≤ 7 and x + y ≥ 1.
    private static LinearModel Knapsack()
    {
        var model = new LinearModel();
        model.AddRow(RowSense.AtMost, 7);
        model.AddRow(RowSense.AtLeast, 1);
        model.AddColumn(-4, 0, 1, true, [0, 1], [3, 1]);
        model.AddColumn(-5, 0, 1, true, [0, 1], [4, 1]);
        model.AddColumn(-6, 0, 1, true, [0], [5]);
        return model;
    }

    // Least −5x −7y −6z with 3x + 5.5y + 4z ≤ 8: −11 for x and z, less by fractions.
    private static LinearModel Tight()
    {
        var model = new LinearModel();
        model.AddRow(RowSense.AtMost, 8);
        model.AddColumn(-5, 0, 1, true, [0], [3]);
        model.AddColumn(-7, 0, 1, true, [0], [5.5]);
        model.AddColumn(-6, 0, 1, true, [0], [4]);
        return model;
    }
}
