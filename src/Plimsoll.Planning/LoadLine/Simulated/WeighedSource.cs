using Plimsoll.Core;
using Plimsoll.Workloads;

namespace Plimsoll.Planning.LoadLine.Simulated;

/// <summary>A source that remembers when each request arrives and what it costs.</summary>
/// <param name="inner">Where the requests come from; its ids count from 0.</param>
/// <param name="cost">What a request costs.</param>
internal sealed class WeighedSource(IRequestSource inner, RequestCost cost) : IRequestSource
{
    private readonly List<Instant> _arrivals = [];
    private readonly List<double> _seconds = [];

    /// <summary>Requests so far.</summary>
    public int Count => _arrivals.Count;

    public Instant Arrival(int request) => _arrivals[request];

    public double Seconds(int request) => _seconds[request];

    public int Read(Span<InferenceRequest> buffer)
    {
        int read = inner.Read(buffer);
        foreach (ref readonly InferenceRequest request in buffer[..read])
        {
            _arrivals.Add(request.Arrival);
            _seconds.Add(cost.Seconds(request.PromptTokens, request.OutputTokens));
        }

        return read;
    }
}
