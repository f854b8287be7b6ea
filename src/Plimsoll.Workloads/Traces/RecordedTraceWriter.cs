using Plimsoll.Core;
using Plimsoll.Workloads.Traces.Formats;

namespace Plimsoll.Workloads.Traces;

/// <summary>
/// Writes requests as a live gateway sees them end, in Plimsoll's own format: in any order of arrival, and so that a row which was not
/// written to its end is known as such. The reader sorts them and counts times from the first arrival.
/// </summary>
public sealed class RecordedTraceWriter
{
    private readonly TraceRowWriter _rows;

    /// <summary>Begins a trace on a stream, which stays open.</summary>
    public RecordedTraceWriter(Stream stream) => _rows = PlimsollTrace.RecordedRows(stream);

    /// <summary>Writes one request.</summary>
    public void Write(in InferenceRequest request) => _rows.Write(request);

    /// <summary>Puts what is still in the buffer on the stream.</summary>
    public void Flush() => _rows.Flush();
}
