using System.Text;
using Plimsoll.Performance;

namespace Plimsoll.Calibration.Validation.Reading;

/// <summary>A table with a header: fields by name, quoted where they hold commas, blank lines skipped. Rows are one line each.</summary>
public sealed class CsvTable
{
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);

    private CsvTable(string file, List<InputProblem> problems) => Fields = new FieldParser(file, problems);

    /// <summary>Reads numbers and reports what is wrong.</summary>
    public FieldParser Fields { get; }

    /// <summary>Rows with as many fields as the header, and their lines.</summary>
    public IReadOnlyList<CsvTableRow> Rows { get; private set; } = [];

    /// <summary>Reads a table; null, and a problem for each, when columns are missing.</summary>
    /// <param name="file">The file.</param>
    /// <param name="columns">Columns it must have.</param>
    /// <param name="problems">Collects what is wrong.</param>
    public static CsvTable? Read(MeasuredFile file, IReadOnlyList<string> columns, List<InputProblem> problems)
    {
        using Stream stream = file.Open();
        using var reader = new StreamReader(stream);
        var table = new CsvTable(file.Path, problems);
        List<CsvTableRow> rows = [];
        int line = 1;
        if (reader.ReadLine() is not { Length: > 0 } first)
        {
            table.Fields.Report(1, "", "is empty where a header should be");
            return null;
        }

        List<string> header = Split(first);
        for (int i = 0; i < header.Count; i++)
        {
            table._columns.TryAdd(header[i].Trim(), i);
        }

        string[] missing = [.. columns.Where(column => !table._columns.ContainsKey(column))];
        foreach (string column in missing)
        {
            table.Fields.Report(1, column, "the header has no such column");
        }

        if (missing.Length > 0)
        {
            return null;
        }

        while (reader.ReadLine() is { } text)
        {
            line++;
            if (text.Length == 0)
            {
                continue;
            }

            List<string> fields = Split(text);
            if (fields.TrueForAll(string.IsNullOrWhiteSpace))
            {
                continue;
            }

            if (fields.Count == header.Count)
            {
                rows.Add(new CsvTableRow(table, line, fields));
            }
            else
            {
                table.Fields.Report(line, "", $"has {fields.Count} fields where the header has {header.Count}");
            }
        }

        table.Rows = rows;
        return table;
    }

    /// <summary>The place of a column; the column is there.</summary>
    internal int PlaceOf(string column) => _columns[column];

    private static List<string> Split(string line)
    {
        List<string> fields = [];
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (quoted && c == '"' && i + 1 < line.Length && line[i + 1] == '"')
            {
                field.Append('"');
                i++;
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }
}
