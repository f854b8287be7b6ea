using System.Runtime.InteropServices;

namespace Plimsoll.Optimization.Linear;

/// <summary>
/// A linear or integer program, to be minimised: columns with bounds and costs, rows with a sense and a right side, coefficients stored
/// by column. Rows come first, then the columns that use them. It only holds the program; a solver reads it.
/// </summary>
public sealed class LinearModel
{
    private readonly List<double> _costs = [];
    private readonly List<double> _columnLower = [];
    private readonly List<double> _columnUpper = [];
    private readonly List<bool> _integer = [];
    private readonly List<double> _rowLower = [];
    private readonly List<double> _rowUpper = [];
    private readonly List<int> _starts = [0];
    private readonly List<int> _rows = [];
    private readonly List<double> _values = [];

    /// <summary>Number of columns.</summary>
    public int Columns => _costs.Count;

    /// <summary>Number of rows.</summary>
    public int Rows => _rowLower.Count;

    /// <summary>Number of coefficients stored.</summary>
    public int Nonzeros => _rows.Count;

    /// <summary>Cost of one unit of each column.</summary>
    public ReadOnlySpan<double> Costs => CollectionsMarshal.AsSpan(_costs);

    /// <summary>Least value of each column.</summary>
    public ReadOnlySpan<double> ColumnLower => CollectionsMarshal.AsSpan(_columnLower);

    /// <summary>Largest value of each column.</summary>
    public ReadOnlySpan<double> ColumnUpper => CollectionsMarshal.AsSpan(_columnUpper);

    /// <summary>Which columns must be whole.</summary>
    public ReadOnlySpan<bool> Integer => CollectionsMarshal.AsSpan(_integer);

    /// <summary>Least sum of each row; negative infinity where there is none.</summary>
    public ReadOnlySpan<double> RowLower => CollectionsMarshal.AsSpan(_rowLower);

    /// <summary>Largest sum of each row; positive infinity where there is none.</summary>
    public ReadOnlySpan<double> RowUpper => CollectionsMarshal.AsSpan(_rowUpper);

    /// <summary>Where each column's coefficients start; one more entry than columns, the last is <see cref="Nonzeros"/>.</summary>
    public ReadOnlySpan<int> Starts => CollectionsMarshal.AsSpan(_starts);

    /// <summary>The row of each coefficient, column after column.</summary>
    public ReadOnlySpan<int> RowIndices => CollectionsMarshal.AsSpan(_rows);

    /// <summary>Each coefficient, column after column.</summary>
    public ReadOnlySpan<double> Values => CollectionsMarshal.AsSpan(_values);

    /// <summary>Adds a row without coefficients, and returns its index.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The right side is not finite.</exception>
    public int AddRow(RowSense sense, double rightSide)
    {
        if (!double.IsFinite(rightSide))
        {
            throw new ArgumentOutOfRangeException(nameof(rightSide), rightSide, "a right side is finite");
        }

        _rowLower.Add(sense == RowSense.AtMost ? double.NegativeInfinity : rightSide);
        _rowUpper.Add(sense == RowSense.AtLeast ? double.PositiveInfinity : rightSide);
        return Rows - 1;
    }

    /// <summary>Adds a column with its coefficients, and returns its index.</summary>
    /// <param name="cost">Cost of one unit; finite.</param>
    /// <param name="lower">Least value; negative infinity for none.</param>
    /// <param name="upper">Largest value, at least <paramref name="lower"/>; positive infinity for none.</param>
    /// <param name="isInteger">Whether its value must be whole.</param>
    /// <param name="rows">Rows that exist, each once.</param>
    /// <param name="values">The coefficient in each of these rows; finite.</param>
    /// <exception cref="ArgumentException">The shapes differ, a row does not exist or a number is out of range.</exception>
    public int AddColumn(
        double cost, double lower, double upper, bool isInteger, ReadOnlySpan<int> rows, ReadOnlySpan<double> values)
    {
        if (!double.IsFinite(cost) || !(lower <= upper) || rows.Length != values.Length)
        {
            throw new ArgumentException(
                $"a column with cost {cost}, bounds {lower} to {upper}, {rows.Length} rows and {values.Length} values");
        }

        for (int k = 0; k < rows.Length; k++)
        {
            if (rows[k] < 0 || rows[k] >= Rows || !double.IsFinite(values[k]))
            {
                throw new ArgumentException($"a coefficient {values[k]} in row {rows[k]} of {Rows}");
            }
        }

        _costs.Add(cost);
        _columnLower.Add(lower);
        _columnUpper.Add(upper);
        _integer.Add(isInteger);
        _rows.AddRange(rows);
        _values.AddRange(values);
        _starts.Add(Nonzeros);
        return Columns - 1;
    }
}
