using Plimsoll.Cli.Setup;
using Plimsoll.Metrics.Reports;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Cli.Commands.Traces;

/// <summary>A trace on its way, with what is wrong with it.</summary>
internal sealed class OpenedTrace : IDisposable
{
    private readonly Stream? _stream;

    private OpenedTrace(ITraceSource source, Stream? stream, TraceProblems problems) =>
        (Source, _stream, Problems) = (source, stream, problems);

    public ITraceSource Source { get; }

    /// <summary>What is wrong; complete when the trace has been read to its end.</summary>
    public TraceProblems Problems { get; }

    /// <summary>
    /// Opens a file, a folder, or standard input (<c>-</c>); null when it cannot be read at all, and why is among the problems.
    /// </summary>
    public static OpenedTrace? Open(string path, TraceOptions options, InputProblems problems)
    {
        if (!Exists(path, problems))
        {
            return null;
        }

        var found = new TraceProblems();
        Stream? stream = Directory.Exists(path) ? null : path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
        ITraceSource? source = stream is null
            ? TraceReader.OpenFolder(new FolderOnDisk(path), options, found)
            : TraceReader.Open(NameOf(path), stream, options, found);
        if (source is null)
        {
            stream?.Dispose();
            problems.Add(found);
            return null;
        }

        return new OpenedTrace(source, stream, found);
    }

    /// <summary>Whether there is something of that name; if not, that is among the problems.</summary>
    public static bool Exists(string path, InputProblems problems)
    {
        bool exists = path == "-" || File.Exists(path) || Directory.Exists(path);
        if (!exists)
        {
            problems.Add(path, "there is no such file or folder");
        }

        return exists;
    }

    /// <summary>What to call it.</summary>
    public static string NameOf(string path) => path == "-" ? "standard input" : path;

    /// <summary>What there is to say about what was read, one sentence each.</summary>
    public IEnumerable<string> Notes()
    {
        TraceNotes notes = Source.Notes;
        if (notes.FailedRows > 0)
        {
            yield return $"{Units.Count(notes.FailedRows)} rows record failed requests; they were left out.";
        }

        if (Problems.BadRows > 0)
        {
            yield return $"{Units.Count(Problems.BadRows)} rows are wrong; they were skipped.";
        }

        foreach (string remark in notes.Remarks)
        {
            yield return remark;
        }
    }

    public void Dispose() => _stream?.Dispose();
}
