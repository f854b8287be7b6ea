using System.Globalization;
using System.Text;
using Plimsoll.Workloads.Traces.Text;

namespace Plimsoll.Workloads.Lengths;

/// <summary>Reads one column of a CSV file (plain or gzip) into an <see cref="EmpiricalLength"/>.</summary>
internal static class EmpiricalFile
{
    public static bool TryRead(string spec, Func<string, Stream> open, out LengthDistribution? distribution, out string problem)
    {
        distribution = null;
        int hash = spec.LastIndexOf('#');
        if (hash <= 0 || hash == spec.Length - 1)
        {
            problem = $"'empirical:{spec}' needs a file and a column: empirical:FILE#COLUMN";
            return false;
        }

        (string file, string column) = (spec[..hash], spec[(hash + 1)..]);
        try
        {
            using Stream stream = open(file);
            List<int> lengths = Read(new LineScanner(GzipSniffer.Unwrap(stream)), column, out string reason);
            problem = reason.Length == 0 ? "" : $"'empirical:{spec}': {reason}";
            distribution = reason.Length == 0 ? new EmpiricalLength(lengths) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problem = $"'empirical:{spec}': {failure.Message}";
        }

        return distribution is not null;
    }

    private static List<int> Read(LineScanner lines, string column, out string reason)
    {
        List<int> lengths = [];
        CsvSplitter splitter = new();
        int index = -1;
        reason = "";
        while (reason.Length == 0 && lines.Next(out ReadOnlySpan<byte> line) is LineResult.Line)
        {
            CsvRow row = splitter.Split(line);
            if (index < 0)
            {
                index = row.IndexOf(column);
                reason = index < 0 ? $"there is no column '{column}' in its header" : "";
            }
            else if (!line.IsEmpty)
            {
                reason = Numbers.Tokens(row[index], 1, out int tokens) is { } wrong ? string.Create(
                    CultureInfo.InvariantCulture, $"line {lines.LineNumber}: '{Encoding.UTF8.GetString(row[index])}' {wrong}") : "";
                lengths.Add(tokens);
            }
        }

        reason = reason.Length > 0 ? reason : lines.Damage ?? (lengths.Count == 0 ? "there are no rows in it" : "");
        return lengths;
    }
}
