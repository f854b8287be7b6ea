using Plimsoll.Core;
using Plimsoll.Workloads;

namespace Plimsoll.Planning.LoadLine.Simulated;

/// <summary>A source that remembers when each request arrives and how much memory it will ask for over its life.</summary>
/// <param name="inner">Where the requests come from; its ids count from 0.</param>
/// <param name="chunkTokens">Prompt tokens a step adds to a request.</param>
internal sealed class WeighedSource(IRequestSource inner, double chunkTokens) : IRequestSource
{
    private readonly List<Instant> _arrivals = [];
    private readonly List<double> _tokenSteps = [];

    /// <summary>Requests so far.</summary>
    public int Count => _arrivals.Count;

    public Instant Arrival(int request) => _arrivals[request];

    public double TokenSteps(int request) => _tokenSteps[request];

    public int Read(Span<InferenceRequest> buffer)
    {
        int read = inner.Read(buffer);
        foreach (ref readonly InferenceRequest request in buffer[..read])
        {
            _arrivals.Add(request.Arrival);
            _tokenSteps.Add(RequestMemory.TokenSteps(request.PromptTokens, request.OutputTokens, chunkTokens));
        }

        return read;
    }
}
