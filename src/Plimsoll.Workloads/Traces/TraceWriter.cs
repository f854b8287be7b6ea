using Plimsoll.Core;

namespace Plimsoll.Workloads.Traces;

/// <summary>Writes requests in one format and remembers what they carried that the format could not hold.</summary>
public sealed class TraceWriter : IDisposable
{
    private readonly TraceRowWriter _rows;
    private TraceFeatures _seen;
    private bool _wrongBlocks;

    internal TraceWriter(TraceFormat format, TraceRowWriter rows) => (Format, _rows) = (format, rows);

    /// <summary>The format written.</summary>
    public TraceFormat Format { get; }

    /// <summary>Requests written so far.</summary>
    public long Requests { get; private set; }

    /// <summary>What was lost so far, one sentence each; empty when nothing was.</summary>
    public IReadOnlyList<string> Losses =>
        TraceLosses.Describe(Format, (_seen & ~Format.Keeps) | (_wrongBlocks ? TraceFeatures.PrefixHashes : TraceFeatures.None));

    /// <summary>Writes one request.</summary>
    public void Write(in InferenceRequest request)
    {
        Requests++;
        _seen |= FeaturesOf(request);
        int only = _rows.OnlyBlockTokens;
        _wrongBlocks |= only > 0 && request.Details is { BlockTokens: > 0 } details && details.BlockTokens != only;
        _rows.Write(request);
    }

    /// <summary>Writes all that is left of <paramref name="requests"/>.</summary>
    public void WriteAll(IRequestSource requests)
    {
        InferenceRequest[] block = new InferenceRequest[1024];
        for (int read = requests.Read(block); read > 0; read = requests.Read(block))
        {
            foreach (ref readonly InferenceRequest request in block.AsSpan(0, read))
            {
                Write(request);
            }
        }
    }

    /// <summary>Puts what is still in the buffer on the stream, which stays open.</summary>
    public void Dispose() => _rows.Flush();

    private static TraceFeatures FeaturesOf(in InferenceRequest request)
    {
        long time = request.Arrival.Nanoseconds;
        TraceFeatures features = time == 0 ? TraceFeatures.None : TraceFeatures.Arrivals;
        features |= time % 1_000_000 == 0 ? TraceFeatures.None : TraceFeatures.Microseconds;
        features |= time % 100 == 0 ? TraceFeatures.None : TraceFeatures.Nanoseconds;
        return request.Details is { } details ? features | FeaturesOf(details) : features;
    }

    private static TraceFeatures FeaturesOf(RequestDetails details) =>
        When(details.ExternalId is not null, TraceFeatures.ExternalIds)
        | When(details.Session is not null, TraceFeatures.Sessions)
        | When(details.Client is not null, TraceFeatures.Clients)
        | When(details.Model is not null, TraceFeatures.Models)
        | When(details.Adapter is not null, TraceFeatures.Adapters)
        | When(details.Priority != 0, TraceFeatures.Priorities)
        | When(details.Deadline is not null, TraceFeatures.Deadlines)
        | When(details.OutputLower is not null || details.OutputUpper is not null, TraceFeatures.OutputBounds)
        | When(details.PrefixHashArray.Length > 0, TraceFeatures.PrefixHashes)
        | When(details.CancelledAfterTokens is not null, TraceFeatures.Cancellations)
        | When(details.MaxOutputTokens is not null, TraceFeatures.OutputLimits);

    private static TraceFeatures When(bool present, TraceFeatures feature) => present ? feature : TraceFeatures.None;
}
