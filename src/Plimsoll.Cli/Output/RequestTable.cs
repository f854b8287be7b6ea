using Plimsoll.Core;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Cli.Output;

/// <summary>requests.csv, written while a run goes on and moved into place when it is complete.</summary>
internal sealed class RequestTable : IDisposable
{
    private readonly string _finished;
    private readonly StreamWriter _writer;

    private RequestTable(string finished)
    {
        _finished = finished;
        _writer = new StreamWriter(finished + ".part") { NewLine = "\n" };
        CsvReport.WriteRequestHeader(_writer);
    }

    public static RequestTable Create(OutputFolder folder) => new(folder.PathOf("requests.csv"));

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
    }
}
