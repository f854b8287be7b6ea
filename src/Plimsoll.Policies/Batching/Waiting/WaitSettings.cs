using Plimsoll.Core;

namespace Plimsoll.Policies.Batching.Waiting;

/// <summary>What gates that wait for newcomers are told.</summary>
internal sealed record WaitSettings
{
    // With fewer arrivals than this, nothing is known of their rate.
    private const int LeastArrivals = 32;

    /// <summary>Most requests inside; 0 for as many as the fluid balance and memory ask for.</summary>
    public required int Limit { get; init; }

    /// <summary>Thresholds as a multiple of those of the fluid balance, from 1.</summary>
    public required double Slack { get; init; }

    /// <summary>Fraction of memory, 0 to below 1, that is left free.</summary>
    public required double Reserve { get; init; }

    /// <summary>Longest time to hold somebody back.</summary>
    public required Duration Patience { get; init; }

    /// <summary>What the policy knows of the engine.</summary>
    public required LinearStepTime StepTime { get; init; }

    /// <summary>
    /// Time T for which newcomers gather: a type of rate λ has the threshold λT, and the sum of λ (l'+1) T over the types is the limit.
    /// 0 if there is nothing to wait for.
    /// </summary>
    /// <param name="types">What arrives.</param>
    /// <param name="arrivals">From how many arrivals that is known.</param>
    /// <param name="stagesPerSecond">Stages that arrive in a second: Σ λ (l'+1), as the limit counts them.</param>
    /// <param name="kvTokens">Memory of the replica.</param>
    public double GatheringSeconds(ReadOnlySpan<FluidType> types, int arrivals, double stagesPerSecond, long kvTokens)
    {
        if (Limit > 0)
        {
            return stagesPerSecond > 0 ? Limit / stagesPerSecond : 0;
        }

        FluidThresholds balance = FluidThresholds.Of(types, StepTime);
        if (arrivals < LeastArrivals || balance.TokenStepsPerSecond == 0)
        {
            return 0;
        }

        return Math.Min(Slack * balance.StepSeconds, (1 - Reserve) * kvTokens / balance.TokenStepsPerSecond);
    }

    /// <summary>Whether a threshold is too small to wait for; one that a given limit asks for is at least 1.</summary>
    public bool NeverWaits(double threshold) => Limit == 0 && threshold < 1;

    /// <summary>
    /// Requests that must have gathered where a later segment begins, out of as many as enter it in a step on average; 0 if it never waits.
    /// With a given limit that is rounded up, as published. Otherwise the slack is taken off and it is rounded down: a segment that waits
    /// for more than come on average falls behind.
    /// </summary>
    public int EntryThreshold(double entering) => Limit > 0 ? Whole(entering) : (int)Math.Min(entering / Slack, int.MaxValue);

    /// <summary>A number of requests, at least one, that is enough for a fraction.</summary>
    public static int Whole(double requests) => (int)Math.Clamp(Math.Ceiling(requests), 1, int.MaxValue);
}
