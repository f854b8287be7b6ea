using System.Globalization;
using Plimsoll.Optimization.Linear;

namespace Plimsoll.Optimization.Native;

/// <summary>An integer program inside CBC, on one thread, with fixed seeds. Prints nothing.</summary>
internal sealed unsafe class CbcModel : IDisposable
{
    private nint _model;

    public CbcModel(LinearModel program)
    {
        SolverLibraries.Require();
        _model = CbcCalls.NewModel();
        Columns = program.Columns;
        fixed (int* starts = program.Starts, indices = program.RowIndices)
        fixed (double* values = program.Values, lower = program.ColumnLower, upper = program.ColumnUpper, costs = program.Costs)
        fixed (double* rowLower = program.RowLower, rowUpper = program.RowUpper)
        {
            CbcCalls.LoadProblem(_model, Columns, program.Rows, starts, indices, values, lower, upper, costs, rowLower, rowUpper);
        }

        for (int j = 0; j < Columns; j++)
        {
            if (program.Integer[j])
            {
                CbcCalls.SetInteger(_model, j);
            }
        }

        CbcCalls.SetLogLevel(_model, 0);
        Set("log", "0");
        Set("slogLevel", "0");
        Set("threads", "0");
        Set("randomSeed", "1");
        Set("randomCbcSeed", "1");
        Set("timeMode", "elapsed");
        Set("ratioGap", "0");
        Set("allowableGap", "0");
    }

    public int Columns { get; }

    public bool IsProvenOptimal => CbcCalls.IsProvenOptimal(_model) != 0;

    public bool IsProvenInfeasible => CbcCalls.IsProvenInfeasible(_model) != 0;

    public double BestBound => CbcCalls.BestBound(_model);

    public double Objective => CbcCalls.ObjectiveValue(_model);

    /// <summary>The best solution, or empty when there is none.</summary>
    public ReadOnlySpan<double> Solution
    {
        get
        {
            double* best = CbcCalls.SavedSolutions(_model) > 0 ? CbcCalls.BestSolution(_model) : null;
            return best is null ? [] : new(best, Columns);
        }
    }

    public void Set(string name, string value) => CbcCalls.SetParameter(_model, name, value);

    public void Set(string name, double value) => Set(name, value.ToString("R", CultureInfo.InvariantCulture));

    public void Solve() => _ = CbcCalls.Solve(_model);

    public void Dispose()
    {
        if (_model != 0)
        {
            CbcCalls.DeleteModel(_model);
            _model = 0;
        }
    }
}
