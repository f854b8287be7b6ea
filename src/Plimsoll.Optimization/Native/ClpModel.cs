using Plimsoll.Optimization.Linear;

namespace Plimsoll.Optimization.Native;

/// <summary>
/// A linear program inside CLP. Prints nothing. The spans it returns are CLP's own memory: they are valid until the next change or solve.
/// One thread at a time.
/// </summary>
internal sealed unsafe class ClpModel : IDisposable
{
    private const int InterruptHandling = 2;
    private const int NoHandler = 1;

    private nint _model;

    public ClpModel(LinearModel program)
    {
        SolverLibraries.Require();
        _model = ClpCalls.NewModel();
        ClpCalls.SetLogLevel(_model, 0);
        Columns = program.Columns;
        Rows = program.Rows;
        fixed (int* starts = program.Starts, indices = program.RowIndices)
        fixed (double* values = program.Values, lower = program.ColumnLower, upper = program.ColumnUpper, costs = program.Costs)
        fixed (double* rowLower = program.RowLower, rowUpper = program.RowUpper)
        {
            ClpCalls.LoadProblem(_model, Columns, Rows, starts, indices, values, lower, upper, costs, rowLower, rowUpper);
        }
    }

    public int Columns { get; }

    public int Rows { get; }

    public ReadOnlySpan<double> Values => new(ClpCalls.ColumnValues(_model), Columns);

    public ReadOnlySpan<double> RowDuals => new(ClpCalls.RowDuals(_model), Rows);

    /// <summary>Solves; the limit is in seconds of wall time, may be infinite.</summary>
    public LinearStatus Solve(double seconds)
    {
        // CLP reads a negative number as no limit.
        ClpCalls.SetMaximumSeconds(_model, double.IsFinite(seconds) ? Math.Max(0.01, seconds) : -1);
        nint options = ClpCalls.NewOptions();

        // Otherwise CLP takes Ctrl-C for itself during a solve, and with solves on several threads it never gives it back.
        ClpCalls.SetSpecialOption(options, InterruptHandling, NoHandler, -1);
        _ = ClpCalls.InitialSolve(_model, options);
        ClpCalls.DeleteOptions(options);
        return StatusNow();
    }

    public void Dispose()
    {
        if (_model != 0)
        {
            ClpCalls.DeleteModel(_model);
            _model = 0;
        }
    }

    private LinearStatus StatusNow() => ClpCalls.Status(_model) switch
    {
        0 => LinearStatus.Optimal,
        1 => LinearStatus.Infeasible,
        _ => LinearStatus.Stopped,
    };
}
