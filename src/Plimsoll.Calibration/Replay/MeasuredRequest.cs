namespace Plimsoll.Calibration.Replay;

/// <summary>One request that a real engine served, with its stamps in seconds on one clock.</summary>
/// <param name="ArrivalSeconds">When the client sent it.</param>
/// <param name="PromptTokens">Prompt length in tokens, from 1.</param>
/// <param name="OutputTokens">Tokens it generated, from 1.</param>
/// <param name="FirstTokenSeconds">When its first token existed, not before the arrival.</param>
/// <param name="LastTokenSeconds">When its last token existed, not before the first.</param>
public readonly record struct MeasuredRequest(
    double ArrivalSeconds, int PromptTokens, int OutputTokens, double FirstTokenSeconds, double LastTokenSeconds)
{
    /// <summary>What it felt like.</summary>
    public RequestLatency Latency => new(FirstTokenSeconds - ArrivalSeconds, LastTokenSeconds - ArrivalSeconds, OutputTokens);
}
