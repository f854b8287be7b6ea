namespace Plimsoll.Calibration.Replay;

/// <summary>What one request felt like.</summary>
/// <param name="TtftSeconds">First token − arrival.</param>
/// <param name="E2eSeconds">Last token − arrival.</param>
/// <param name="OutputTokens">Tokens it generated, from 1.</param>
public readonly record struct RequestLatency(double TtftSeconds, double E2eSeconds, int OutputTokens)
{
    /// <summary>(E2E − TTFT) / (output tokens − 1); not a number for a single token.</summary>
    public double TpotSeconds => OutputTokens > 1 ? (E2eSeconds - TtftSeconds) / (OutputTokens - 1) : double.NaN;
}
