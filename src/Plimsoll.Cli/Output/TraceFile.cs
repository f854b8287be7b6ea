using System.IO.Compression;

namespace Plimsoll.Cli.Output;

/// <summary>
/// A trace being written, which appears under its name only when it is complete. What goes to standard output (or to a device) is
/// gathered in a temporary file until then, so that nobody reads half a trace either.
/// </summary>
internal sealed class TraceFile : IDisposable
{
    private readonly string _finished;
    private readonly string _unfinished;
    private readonly FileStream _file;
    private readonly GZipStream? _packed;

    private TraceFile(string finished)
    {
        _finished = finished;
        _unfinished = UnfinishedNameOf(finished);
        _file = new FileStream(_unfinished, FileMode.Create, FileAccess.ReadWrite);
        bool packed = finished.EndsWith(".gz", StringComparison.Ordinal);
        _packed = packed ? new GZipStream(_file, CompressionLevel.Optimal, leaveOpen: true) : null;
    }

    public Stream Stream => _packed is null ? _file : _packed;

    /// <summary>Whether a path names something that bytes flow into, and not a file to be replaced.</summary>
    public static bool IsFlow(string path) => path == "-" || path.StartsWith("/dev/", StringComparison.Ordinal);

    /// <summary>Begins a trace; gzip when the name ends in <c>.gz</c>.</summary>
    /// <exception cref="IOException">It cannot be created.</exception>
    public static TraceFile Create(string path) => new(path);

    /// <summary>Where a trace stands until it is complete.</summary>
    public static string UnfinishedNameOf(string path) =>
        IsFlow(path) ? Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()) : path + ".part";

    /// <summary>Puts the trace where it belongs.</summary>
    public void Complete()
    {
        _packed?.Dispose();
        if (IsFlow(_finished))
        {
            _file.Position = 0;
            using Stream target = _finished == "-" ? Console.OpenStandardOutput() : File.OpenWrite(_finished);
            _file.CopyTo(target);
            return;
        }

        _file.Dispose();
        File.Move(_unfinished, _finished, overwrite: true);
    }

    public void Dispose()
    {
        _packed?.Dispose();
        _file.Dispose();
        File.Delete(_unfinished);
    }
}
