namespace Plimsoll.Metrics.Reports;

/// <summary>Columns of text for terminals, two spaces between; the first ones set left, the others right.</summary>
public static class TextTable
{
    /// <summary>Writes rows of the same length; each line is indented by two spaces and carries no trailing ones.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="rows">At least one row; headings are a row like any other.</param>
    /// <param name="leftColumns">How many columns are set left.</param>
    public static void Write(TextWriter output, IReadOnlyList<IReadOnlyList<string>> rows, int leftColumns = 1)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Count).Select(column => rows.Max(row => row[column].Length))];
        foreach (IReadOnlyList<string> row in rows)
        {
            IEnumerable<string> cells = row.Select(
                (cell, column) => column < leftColumns ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            output.Write(("  " + string.Join("  ", cells)).TrimEnd());
            output.Write('\n');
        }
    }
}
