namespace Plimsoll.Metrics.Reports;

/// <summary>Columns of text for terminals: the first set left, the others right, two spaces between.</summary>
internal static class TextTable
{
    /// <summary>Writes rows of the same length; each line is indented by two spaces and carries no trailing ones.</summary>
    public static void Write(TextWriter output, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Count).Select(column => rows.Max(row => row[column].Length))];
        foreach (IReadOnlyList<string> row in rows)
        {
            string[] cells = [.. row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))];
            output.Write(("  " + string.Join("  ", cells)).TrimEnd());
            output.Write('\n');
        }
    }
}
