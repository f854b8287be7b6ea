using Plimsoll.Workloads.Traces.Formats;
using Plimsoll.Workloads.Traces.Text;

namespace Plimsoll.Workloads.Traces;

/// <summary>Opens traces: unpacks gzip and recognises the format, both by content.</summary>
public static class TraceReader
{
    private const int Peeked = 1 << 16;

    /// <summary>
    /// The requests of one file, in order of arrival. Null when the format is unknown or the file is empty, which is then among the
    /// problems. Whoever gave the stream disposes it after the last read. Failures of the stream itself (other than damaged gzip data)
    /// are thrown as the stream throws them.
    /// </summary>
    /// <param name="displayName">What to call the file in messages.</param>
    /// <param name="stream">The content, plain or gzip; need not be seekable.</param>
    /// <param name="options">How to read it.</param>
    /// <param name="problems">Collects what is wrong.</param>
    public static ITraceSource? Open(string displayName, Stream stream, TraceOptions options, TraceProblems problems)
    {
        LineScanner lines = new(GzipSniffer.Unwrap(stream));
        ReadOnlySpan<byte> beginning = lines.Peek(Peeked);
        string? reason = WhyUnreadable(beginning, lines, options, out TraceFormat? format);
        if (format is null)
        {
            problems.AddFile(new TraceProblem(displayName, 0, "", reason ?? ""));
            return null;
        }

        ITraceSource source = format.Reader!(new TraceInput(displayName, lines, format, options, problems));
        return options.SpreadBuckets ? new SpreadBuckets(source) : source;
    }

    /// <summary>
    /// The requests that a folder describes; today that is a ServeGen workload model. Null when it is not one, which is then among the
    /// problems.
    /// </summary>
    public static ITraceSource? OpenFolder(IFolder folder, TraceOptions options, TraceProblems problems) =>
        ServeGenModel.Read(folder, problems) is { } model ? new ServeGenSource(model, options) : null;

    private static string? WhyUnreadable(ReadOnlySpan<byte> beginning, LineScanner lines, TraceOptions options, out TraceFormat? format)
    {
        format = null;
        if (beginning.Trim(" \t\r\n"u8).IsEmpty)
        {
            return lines.Damage ?? "the file is empty";
        }

        if (options.Format is { } name)
        {
            format = TraceFormats.Find(name);
            format = format?.Reader is null ? null : format;
            return format is null ? $"'{name}' is not a trace format that can be read from a file; known are {TraceFormats.Names}" : null;
        }

        format = TraceFormats.Detect(beginning);
        return format is not null ? null
            : beginning.Contains((byte)0) ? "this is binary data, not a trace"
            : $"no known trace format is recognised by its first line; known are {TraceFormats.Names}";
    }
}
