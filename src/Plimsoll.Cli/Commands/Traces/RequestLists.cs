using Plimsoll.Core;

namespace Plimsoll.Cli.Commands.Traces;

/// <summary>When requests arrive and how long they are, for plots.</summary>
internal sealed class RequestLists
{
    public List<double> ArrivalSeconds { get; } = [];

    public List<int> PromptTokens { get; } = [];

    public List<int> OutputTokens { get; } = [];

    public void Add(in InferenceRequest request)
    {
        ArrivalSeconds.Add(request.Arrival.Seconds);
        PromptTokens.Add(request.PromptTokens);
        OutputTokens.Add(request.OutputTokens);
    }
}
