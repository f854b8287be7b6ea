using Plimsoll.Workloads.Traces.Formats;

namespace Plimsoll.Workloads.Traces;

/// <summary>Every trace format known, in the order in which they are tried.</summary>
public static class TraceFormats
{
    /// <summary>Plimsoll's own CSV, which holds everything.</summary>
    public static TraceFormat Plimsoll => PlimsollTrace.Definition;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TraceFormat> All { get; } =
    [
        PlimsollTrace.Definition,
        AzureTrace.Definition,
        BurstGptTrace.Definition,
        MooncakeTrace.Definition,
        BailianTrace.Definition,
        VidurTrace.Definition,
        JobTrace.Definition,
        SplitwiseTrace.Definition,
        ApexTrace.Definition,
        LlmServingSimTrace.Definition,
        CodingSessionTrace.Definition,
        ShareGptTrace.Definition,
        ServeGenModel.Format,
    ];

    /// <summary>Their names, separated by commas.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(format => format.Name));

    /// <summary>The format called <paramref name="name"/>, or null.</summary>
    public static TraceFormat? Find(string name) => All.FirstOrDefault(format => format.Name == name);

    /// <summary>The format of a file that begins with these bytes (unpacked), or null.</summary>
    public static TraceFormat? Detect(ReadOnlySpan<byte> beginning)
    {
        ReadOnlySpan<byte> text = beginning.TrimStart(" \t\r\n"u8);
        int end = text.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = (end < 0 ? text : text[..end]).TrimEnd((byte)'\r');
        foreach (TraceFormat format in All)
        {
            if (format.Detects is { } detects && detects(text, line))
            {
                return format;
            }
        }

        return null;
    }

    internal static bool HasColumns(ReadOnlySpan<byte> header, params ReadOnlySpan<string> names)
    {
        Text.CsvRow row = new Text.CsvSplitter().Split(header);
        foreach (string name in names)
        {
            if (row.IndexOf(name) < 0)
            {
                return false;
            }
        }

        return true;
    }

    internal static bool HasFields(ReadOnlySpan<byte> line, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        line is [(byte)'{', ..] && line.IndexOf(first) >= 0 && line.IndexOf(second) >= 0;
}
