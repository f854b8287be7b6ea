namespace Plimsoll.Calibration.Profiles;

/// <summary>Keeps the rows of one configuration, of tables that hold many.</summary>
internal static class RowFilter
{
    private const int MostListed = 8;

    /// <summary>
    /// Rows that have what <c>--where</c> asks for. A problem when none is left, or when the columns that make a configuration still
    /// differ.
    /// </summary>
    public static List<(int Line, string[] Cells)> Select(
        CsvTable table, string[] configuration, CalibrationTarget target, SourceReading reading)
    {
        List<(int Line, string[] Cells)> rows = table.Rows;
        foreach ((string column, string value) in target.Where)
        {
            int index = table.IndexOf(column);
            if (index < 0)
            {
                reading.Problem(table.File, table.HeaderLine, column, "--where names a column that the header does not have"
                    + Performance.NameSuggestions.Sentence(column, table.Names));
                return [];
            }

            string[] had = [.. Values(rows, index)];
            rows = [.. rows.Where(row => index < row.Cells.Length && row.Cells[index].Trim() == value)];
            if (rows.Count == 0)
            {
                reading.Problem(table.File, 0, column, $"--where {column}={value} leaves no row; there are {Listed(had)}");
                return [];
            }
        }

        foreach (string column in configuration)
        {
            int index = table.IndexOf(column);
            string[] values = index < 0 ? [] : [.. Values(rows, index)];
            if (values.Length > 1)
            {
                reading.Problem(table.File, 0, column, $"holds several configurations; choose one with --where {column}=…: {Listed(values)}");
            }
        }

        return rows;
    }

    private static IEnumerable<string> Values(List<(int Line, string[] Cells)> rows, int index) => rows
        .Where(row => index < row.Cells.Length)
        .Select(row => row.Cells[index].Trim())
        .Distinct()
        .Order(StringComparer.Ordinal);

    private static string Listed(string[] values) =>
        string.Join(", ", values.Take(MostListed)) + (values.Length > MostListed ? $" and {values.Length - MostListed} more" : "");
}
