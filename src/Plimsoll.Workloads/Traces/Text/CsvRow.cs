using System.Text;

namespace Plimsoll.Workloads.Traces.Text;

/// <summary>One line of CSV, cut into fields. A field beyond the last one is empty. Blanks count only within quotes.</summary>
internal readonly ref struct CsvRow(ReadOnlySpan<byte> line, ReadOnlySpan<int> starts, ReadOnlySpan<int> ends, bool trimmed)
{
    private readonly ReadOnlySpan<byte> _line = line;
    private readonly ReadOnlySpan<int> _starts = starts;
    private readonly ReadOnlySpan<int> _ends = ends;
    private readonly bool _trimmed = trimmed;

    public int Count => _starts.Length;

    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            if ((uint)index >= (uint)_starts.Length)
            {
                return default;
            }

            ReadOnlySpan<byte> field = _line[_starts[index].._ends[index]];
            return _trimmed ? field : field.Trim((byte)' ');
        }
    }

    /// <summary>The field called <paramref name="name"/> when this row is a header, or −1; case does not matter.</summary>
    public int IndexOf(string name)
    {
        for (int i = 0; i < Count; i++)
        {
            if (Ascii.EqualsIgnoreCase(this[i], name))
            {
                return i;
            }
        }

        return -1;
    }
}
