using System.Globalization;

namespace Plimsoll.Calibration.Profiles;

/// <summary>
/// One row of a table, its cells read as what they should be; what is wrong goes among the problems, with file, line and column.
/// </summary>
internal sealed class CsvCells(CsvTable table, int line, string[] cells, SourceReading reading)
{
    public int Line => line;

    /// <summary>False once a cell was wrong.</summary>
    public bool Good { get; private set; } = true;

    public string Text(string column) => table.IndexOf(column) is int index and >= 0 && index < cells.Length ? cells[index].Trim() : "";

    public double Number(string column, double least, double most)
    {
        string text = Text(column);
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most)
        {
            return value;
        }

        Good = false;
        reading.Problem(table.File, line, column, string.Create(
            CultureInfo.InvariantCulture, $"must be a number from {least:0.######} to {most:#,0.######}, not '{text}'"));
        return least;
    }

    public long Whole(string column, long least, long most)
    {
        double value = Number(column, least, most);
        if (Math.Floor(value) == value)
        {
            return (long)value;
        }

        Good = false;
        reading.Problem(table.File, line, column, $"must be a whole number, not '{Text(column)}'");
        return least;
    }

    /// <summary>A number that may be missing.</summary>
    public double? OptionalNumber(string column) =>
        double.TryParse(Text(column), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : null;

    /// <summary>A time above 0, given in a unit; in seconds.</summary>
    public double Seconds(string column, double secondsPerUnit) => Number(column, 1e-9, 1e12) * secondsPerUnit;
}
