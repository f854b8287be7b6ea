using System.Diagnostics.CodeAnalysis;

namespace Plimsoll.Policies.Batching.SortedF;

/// <summary>
/// Answers one question: when, on average, does each request of a backlog start in the linear relaxation of the hindsight program?
/// </summary>
/// <remarks>
/// The program, in unit rounds with everybody there at round 0: x(i,t) = 1 if request i starts in round t; each starts once; started at t
/// it holds s + k tokens in round t + k, for k = 1 .. o, and no round may hold more than the capacity; the sum of start rounds is least.
/// The relaxation lets a request start in parts. Source: scheduling theory, section 6.1.
/// </remarks>
public interface IStartTimeRelaxation
{
    /// <summary>Solves it, or says why not.</summary>
    /// <param name="requests">Prompt tokens s and output tokens o, each from 1, s + o within the capacity.</param>
    /// <param name="capacityTokens">KV tokens of the replica, from 1.</param>
    /// <param name="meanStarts">Comes back with Σ t·x(i,t) of each request, in rounds from 0, if it was solved.</param>
    /// <param name="refusal">One sentence for the user if it was not: too large, no solver.</param>
    /// <returns>Whether it was solved.</returns>
    bool TryMeanStarts(
        ReadOnlySpan<(int PromptTokens, int OutputTokens)> requests,
        long capacityTokens,
        Span<double> meanStarts,
        [NotNullWhen(false)] out string? refusal);
}
