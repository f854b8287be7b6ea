namespace Plimsoll.Optimization.Hindsight;

/// <summary>
/// A request as the hindsight problem sees it: everything is known. Started in round t it holds s + k tokens in round t + k, for
/// k = 1 .. o, and has finished in round t + o.
/// </summary>
/// <param name="Id">Names the job; unique in an instance. Ties end in it.</param>
/// <param name="PromptTokens">Prompt tokens s; at least 0.</param>
/// <param name="OutputTokens">Output tokens o, which is also the number of rounds it runs; at least 1.</param>
/// <param name="ArrivalRound">First round a in which it can start; at least 0.</param>
public readonly record struct HindsightJob(int Id, int PromptTokens, int OutputTokens, int ArrivalRound)
{
    /// <summary>Tokens held in its last round: s + o.</summary>
    public int PeakTokens => PromptTokens + OutputTokens;
}
