using Plimsoll.Core;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>
/// Puts an unsorted trace in order of arrival; requests that arrive together stay in the order of the file. Holds the whole trace.
/// </summary>
/// <param name="inner">The trace.</param>
/// <param name="fromFirst">Asked at the end: whether times count from the first arrival.</param>
internal sealed class SortedTrace(ITraceSource inner, Func<bool> fromFirst) : ITraceSource
{
    private InferenceRequest[]? _sorted;
    private int _given;

    public TraceFormat Format => inner.Format;

    public TraceNotes Notes => inner.Notes;

    public int Read(Span<InferenceRequest> buffer)
    {
        _sorted ??= ReadSorted();
        int count = Math.Min(buffer.Length, _sorted.Length - _given);
        for (int i = 0; i < count; i++)
        {
            buffer[i] = _sorted[_given] with { Id = new RequestId(_given) };
            _given++;
        }

        return count;
    }

    private InferenceRequest[] ReadSorted()
    {
        List<InferenceRequest> all = [];
        InferenceRequest[] block = new InferenceRequest[256];
        for (int read = inner.Read(block); read > 0; read = inner.Read(block))
        {
            all.AddRange(block.AsSpan(0, read));
        }

        all.Sort((a, b) => a.Arrival != b.Arrival ? a.Arrival.CompareTo(b.Arrival) : a.Id.CompareTo(b.Id));
        return fromFirst() && all.Count > 0 ? Rebased(all) : [.. all];
    }

    private static InferenceRequest[] Rebased(List<InferenceRequest> sorted)
    {
        Instant first = sorted[0].Arrival;
        return [.. sorted.Select(request => request with { Arrival = Instant.Zero + (request.Arrival - first) })];
    }
}
