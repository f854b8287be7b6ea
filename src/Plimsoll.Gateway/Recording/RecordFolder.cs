using System.Globalization;

namespace Plimsoll.Gateway.Recording;

/// <summary>
/// The files of a record, numbered in the order in which they were begun, whatever they hold. When they take more room than they may, the
/// oldest that is complete goes. Files of earlier runs count too. For many callers at a time.
/// </summary>
public sealed class RecordFolder
{
    private static readonly string[] Patterns = ["decisions-*.log", "trace-*.csv"];

    private readonly Lock _lock = new();
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private readonly string _path;
    private readonly long _mostBytes;
    private long _last;

    /// <summary>Makes the folder if it is not there.</summary>
    /// <param name="path">Where.</param>
    /// <param name="mostBytes">Most bytes of all files together, but for those being written.</param>
    /// <param name="fileBytes">Bytes after which the next file is begun.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public RecordFolder(string path, long mostBytes, long fileBytes)
    {
        (_path, _mostBytes, FileBytes) = (path, mostBytes, fileBytes);
        Directory.CreateDirectory(path);
        _last = Files().Select(file => file.Number).DefaultIfEmpty().Max();
    }

    /// <summary>Bytes after which the next file is begun.</summary>
    public long FileBytes { get; }

    /// <summary>Begins a file.</summary>
    /// <param name="kind">"decisions" or "trace".</param>
    /// <param name="extension">"log" or "csv".</param>
    /// <exception cref="IOException">It cannot be created.</exception>
    public FileStream Create(string kind, string extension)
    {
        lock (_lock)
        {
            string name = Path.Combine(_path, string.Create(CultureInfo.InvariantCulture, $"{kind}-{++_last:D6}.{extension}"));
            var file = new FileStream(name, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
            _open.Add(file.Name);
            MakeRoom();
            return file;
        }
    }

    /// <summary>A file is complete, or as complete as it will be.</summary>
    public void Close(FileStream file)
    {
        file.Dispose();
        lock (_lock)
        {
            _open.Remove(file.Name);
            MakeRoom();
        }
    }

    private IEnumerable<(string Path, long Number)> Files() =>
        from pattern in Patterns
        from path in Directory.EnumerateFiles(_path, pattern)
        let number = Path.GetFileNameWithoutExtension(path).Split('-')[1]
        where long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _)
        select (path, long.Parse(number, CultureInfo.InvariantCulture));

    private void MakeRoom()
    {
        List<FileInfo> oldest = [.. Files().OrderBy(file => file.Number).Select(file => new FileInfo(file.Path)).Where(file => file.Exists)];
        long bytes = oldest.Sum(file => file.Length);
        foreach (FileInfo file in oldest)
        {
            if (bytes <= _mostBytes)
            {
                return;
            }

            if (!_open.Contains(file.FullName))
            {
                bytes -= file.Length;
                file.Delete();
            }
        }
    }
}
