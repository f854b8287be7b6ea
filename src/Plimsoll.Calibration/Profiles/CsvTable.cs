using System.Text;

namespace Plimsoll.Calibration.Profiles;

/// <summary>
/// A CSV file with a header, in memory: names, and rows with their lines. Lines that begin with # and empty lines are skipped.
/// </summary>
internal sealed class CsvTable
{
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);

    private CsvTable(string file, string[] names, int headerLine)
    {
        File = file;
        Names = names;
        HeaderLine = headerLine;
        for (int i = 0; i < names.Length; i++)
        {
            _columns.TryAdd(names[i], i);
        }
    }

    public string File { get; }

    public IReadOnlyList<string> Names { get; }

    public int HeaderLine { get; }

    public List<(int Line, string[] Cells)> Rows { get; } = [];

    /// <summary>Reads lines; null when there is no header.</summary>
    public static CsvTable? Read(string file, IReadOnlyList<string> lines)
    {
        CsvTable? table = null;
        for (int i = 0; i < lines.Count; i++)
        {
            string line = lines[i].TrimEnd('\r');
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            string[] cells = Split(line);
            if (table is null)
            {
                table = new CsvTable(file, [.. cells.Select(cell => cell.Trim())], i + 1);
            }
            else
            {
                table.Rows.Add((i + 1, cells));
            }
        }

        return table;
    }

    public bool Has(params string[] names) => names.All(_columns.ContainsKey);

    public int IndexOf(string name) => _columns.GetValueOrDefault(name, -1);

    /// <summary>Fields between commas; a field in double quotes may hold commas, and quotes doubled.</summary>
    public static string[] Split(string line)
    {
        if (!line.Contains('"', StringComparison.Ordinal))
        {
            return line.Split(',');
        }

        List<string> cells = [];
        var cell = new StringBuilder();
        bool inside = false;
        for (int i = 0; i < line.Length; i++)
        {
            char at = line[i];
            if (inside && at == '"' && i + 1 < line.Length && line[i + 1] == '"')
            {
                cell.Append('"');
                i++;
            }
            else if (at == '"')
            {
                inside = !inside;
            }
            else if (at == ',' && !inside)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(at);
            }
        }

        cells.Add(cell.ToString());
        return [.. cells];
    }
}
