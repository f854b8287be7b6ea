namespace Plimsoll.Policies.Batching.SortedF;

/// <summary>
/// How good a batch is to serve next: the smaller F = Σo / n², the better. Among equal F the one with more requests, then the one with
/// fewer prompt tokens. Comparisons are exact.
/// </summary>
/// <remarks>Source: the F-metric of Wang, Ye, Zhou, arXiv:2508.06133.</remarks>
/// <param name="Count">Requests n of the batch, from 0.</param>
/// <param name="OutputTokens">Their output tokens together, Σo.</param>
/// <param name="PromptTokens">Their prompt tokens together, Σs.</param>
public readonly record struct BatchScore(int Count, long OutputTokens, long PromptTokens)
{
    /// <summary>F in tokens for each request squared; infinite for the empty batch, which is worse than any other.</summary>
    public double F => Count == 0 ? double.PositiveInfinity : OutputTokens / ((double)Count * Count);

    /// <summary>Whether this batch is strictly better.</summary>
    public bool IsBetterThan(in BatchScore other)
    {
        if (Count == 0 || other.Count == 0)
        {
            return Count > other.Count;
        }

        Int128 here = (Int128)OutputTokens * other.Count * other.Count;
        Int128 there = (Int128)other.OutputTokens * Count * Count;
        if (here != there)
        {
            return here < there;
        }

        return Count != other.Count ? Count > other.Count : PromptTokens < other.PromptTokens;
    }
}
