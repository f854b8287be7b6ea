using Plimsoll.Core;
using Plimsoll.Workloads.Traces.Text;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>Reads a CSV trace with a header; columns are found by name, in any order, and unknown ones are ignored.</summary>
internal abstract class CsvTrace : LineTrace
{
    private readonly CsvSplitter _splitter = new();
    private readonly string[] _header = [];

    protected CsvTrace(TraceInput input)
        : base(input)
    {
        if (!TryHeader(out ReadOnlySpan<byte> line))
        {
            BadFile("", "there is no header line");
            return;
        }

        CsvRow row = _splitter.Split(line);
        _header = new string[row.Count];
        for (int i = 0; i < row.Count; i++)
        {
            _header[i] = System.Text.Encoding.UTF8.GetString(row[i]);
        }
    }

    /// <summary>Index of a column that must be there; a problem of the file if it is not.</summary>
    protected int Required(string name)
    {
        int index = Optional(name);
        if (index < 0 && _header.Length > 0)
        {
            BadFile(name, "the header has no such column");
        }

        return index;
    }

    /// <summary>Index of a column, or −1, whose value is always empty.</summary>
    protected int Optional(string name) =>
        Array.FindIndex(_header, column => string.Equals(column, name, StringComparison.OrdinalIgnoreCase));

    protected sealed override bool TryParse(ReadOnlySpan<byte> line, out InferenceRequest request) =>
        TryParse(_splitter.Split(line), out request);

    protected abstract bool TryParse(CsvRow row, out InferenceRequest request);
}
