namespace Plimsoll.Calibration.Validation.Reading;

/// <summary>A row of a table.</summary>
public sealed class CsvTableRow
{
    private readonly CsvTable _table;
    private readonly List<string> _fields;

    internal CsvTableRow(CsvTable table, int line, List<string> fields) => (_table, Line, _fields) = (table, line, fields);

    /// <summary>Its line in the file, from 1.</summary>
    public int Line { get; }

    /// <summary>The text of a field.</summary>
    public string Text(string column) => _fields[_table.PlaceOf(column)].Trim();

    /// <summary>A finite number from <paramref name="least"/>, or not-a-number and a problem.</summary>
    public double Number(string column, double least) => _table.Fields.Number(Line, column, Text(column), least);

    /// <summary>A whole number from <paramref name="least"/>, or that and a problem.</summary>
    public int Whole(string column, int least) => _table.Fields.Whole(Line, column, Text(column), least);

    /// <summary>The same as a finite number, not-a-number without a problem where the field is empty.</summary>
    public double OptionalNumber(string column, double least) => Text(column).Length == 0 ? double.NaN : Number(column, least);

    /// <summary>The same, <paramref name="otherwise"/> where the field is empty.</summary>
    public int Whole(string column, int least, int otherwise) => Text(column).Length == 0 ? otherwise : Whole(column, least);
}
