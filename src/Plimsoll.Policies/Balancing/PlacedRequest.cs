namespace Plimsoll.Policies.Balancing;

/// <summary>A request on a worker.</summary>
/// <param name="PromptTokens">Length of its prompt.</param>
/// <param name="GeneratedTokens">Tokens generated so far; it holds this many beside its prompt.</param>
/// <param name="PredictedOutputTokens">What is believed of its whole output, from 1; 0 when nothing is. May have been overtaken.</param>
public readonly record struct PlacedRequest(int PromptTokens, int GeneratedTokens, int PredictedOutputTokens)
{
    /// <summary>KV tokens it holds.</summary>
    public long HeldTokens => (long)PromptTokens + GeneratedTokens;

    /// <summary>
    /// Steps until it is believed to end, from 1: a belief that was overtaken says "with the next step", none at all says never
    /// (<see cref="int.MaxValue"/>).
    /// </summary>
    public int RemainingSteps => PredictedOutputTokens == 0 ? int.MaxValue : Math.Max(1, PredictedOutputTokens - GeneratedTokens);
}
