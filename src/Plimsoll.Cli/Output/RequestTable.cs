using Plimsoll.Core;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Cli.Output;

/// <summary>requests.csv, written while a run goes on and moved into place when it is complete.</summary>
internal sealed class RequestTable : IDisposable
{
    private readonly string _folder;
    private readonly bool _folderIsNew;
    private readonly string _finished;
    private readonly StreamWriter _writer;

    private RequestTable(string folder)
    {
        _folder = folder;
        _folderIsNew = !Directory.Exists(folder);
        string finished = OutputFolder.Open(folder).PathOf("requests.csv");
        _finished = finished;
        _writer = new StreamWriter(finished + ".part") { NewLine = "\n" };
        CsvReport.WriteRequestHeader(_writer);
    }

    /// <summary>Begins the table; a folder that did not exist is gone again if nothing is completed in it.</summary>
    public static RequestTable Create(string folder) => new(folder);

    public void Write(RequestTimeline timeline) => CsvReport.WriteRequest(_writer, timeline);

    public void Complete()
    {
        _writer.Dispose();
        File.Move(_finished + ".part", _finished, overwrite: true);
    }

    public void Dispose()
    {
        _writer.Dispose();
        File.Delete(_finished + ".part");
        if (_folderIsNew && !Directory.EnumerateFileSystemEntries(_folder).Any())
        {
            Directory.Delete(_folder);
        }
    }
}
