using Plimsoll.Core;

namespace Plimsoll.Simulation.Disaggregation;

/// <summary>Requests of a list, each as likely as any other; prompt and output stay together.</summary>
public sealed class RecordedTraffic : SlotTraffic
{
    private readonly IReadOnlyList<SlotRequest> _requests;
    private readonly long[] _outputTokensUpTo;

    /// <summary>Draws from these requests; there must be at least one. Their ages are not looked at.</summary>
    public RecordedTraffic(IReadOnlyList<SlotRequest> requests)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentOutOfRangeException.ThrowIfZero(requests.Count, nameof(requests));
        _requests = requests;
        _outputTokensUpTo = new long[requests.Count];
        long outputs = 0;
        long prompts = 0;
        for (int i = 0; i < requests.Count; i++)
        {
            outputs += requests[i].OutputTokens;
            prompts += requests[i].PromptTokens;
            _outputTokensUpTo[i] = outputs;
        }

        (MeanPromptTokens, MeanOutputTokens) = ((double)prompts / requests.Count, (double)outputs / requests.Count);
    }

    /// <inheritdoc/>
    public override double MeanPromptTokens { get; }

    /// <inheritdoc/>
    public override double MeanOutputTokens { get; }

    /// <inheritdoc/>
    public override SlotRequest Fresh(ref RandomStream random) => _requests[(int)random.NextBelow(_requests.Count)] with { Age = 0 };

    /// <inheritdoc/>
    public override SlotRequest Found(ref RandomStream random)
    {
        // A token of all that are generated, and the request it belongs to.
        long token = random.NextBelow(_outputTokensUpTo[^1]);
        int i = Array.BinarySearch(_outputTokensUpTo, token);
        i = i < 0 ? ~i : i + 1;
        return _requests[i] with { Age = (int)(token - (i == 0 ? 0 : _outputTokensUpTo[i - 1])) };
    }
}
