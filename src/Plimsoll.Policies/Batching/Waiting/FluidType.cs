namespace Plimsoll.Policies.Batching.Waiting;

/// <summary>Requests that are alike, as a flow.</summary>
/// <param name="RatePerSecond">Arrivals a second, from 0.</param>
/// <param name="PromptTokens">Prompt length l.</param>
/// <param name="DecodeSteps">Steps l' after the one that computes the prompt: output tokens less one.</param>
public readonly record struct FluidType(double RatePerSecond, double PromptTokens, double DecodeSteps)
{
    /// <summary>Steps a request is in: l' + 1.</summary>
    public double Stages => DecodeSteps + 1;

    /// <summary>Tokens in memory, summed over those steps: (l' + 1)(l + l'/2).</summary>
    public double TokenSteps => Stages * (PromptTokens + (DecodeSteps / 2));
}
