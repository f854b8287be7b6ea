namespace Plimsoll.Workloads.Traces.Text;

/// <summary>
/// Cuts a CSV line at its commas; fields may be in double quotes, with quotes inside doubled, but may not contain line ends.
/// </summary>
internal sealed class CsvSplitter
{
    private const int MaxFields = 256;
    private readonly int[] _starts = new int[MaxFields];
    private readonly int[] _ends = new int[MaxFields];

    /// <summary>The fields of one line; fields beyond the 256th are dropped. Valid until the next call.</summary>
    public CsvRow Split(ReadOnlySpan<byte> line)
    {
        bool quotes = line.Contains((byte)'"');
        int count = quotes ? SplitQuoted(line) : SplitPlain(line);
        return new CsvRow(line, _starts.AsSpan(0, count), _ends.AsSpan(0, count), quotes);
    }

    private int SplitPlain(ReadOnlySpan<byte> line)
    {
        int count = 0;
        int start = 0;
        while (count < MaxFields - 1)
        {
            int length = line[start..].IndexOf((byte)',');
            if (length < 0)
            {
                break;
            }

            Set(count++, start, start + length);
            start += length + 1;
        }

        Set(count++, start, line.Length);
        return count;
    }

    private int SplitQuoted(ReadOnlySpan<byte> line)
    {
        int count = 0;
        int start = 0;
        while (start <= line.Length && count < MaxFields)
        {
            int end = EndOfField(line, start);
            (int first, int last) = Trimmed(line, start, end);
            bool quoted = last - first >= 2 && line[first] == '"' && line[last - 1] == '"';
            Set(count++, quoted ? first + 1 : first, quoted ? last - 1 : last);
            start = end + 1;
        }

        return count;
    }

    private static (int First, int Last) Trimmed(ReadOnlySpan<byte> line, int first, int last)
    {
        while (first < last && line[first] == ' ')
        {
            first++;
        }

        while (last > first && line[last - 1] == ' ')
        {
            last--;
        }

        return (first, last);
    }

    // A comma ends a field unless it stands between quotes.
    private static int EndOfField(ReadOnlySpan<byte> line, int start)
    {
        bool inside = false;
        for (int i = start; i < line.Length; i++)
        {
            inside ^= line[i] == '"';
            if (!inside && line[i] == ',')
            {
                return i;
            }
        }

        return line.Length;
    }

    private void Set(int index, int start, int end) => (_starts[index], _ends[index]) = (start, end);
}
