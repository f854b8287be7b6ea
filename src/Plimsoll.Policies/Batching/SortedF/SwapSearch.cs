namespace Plimsoll.Policies.Batching.SortedF;

/// <summary>Improves a batch by small changes until none helps: takes one in, leaves one out, exchanges one for one.</summary>
/// <remarks>
/// Each change makes the score strictly better, so the search ends; a round tries all changes once, in order of rank.
/// </remarks>
/// <param name="maxRounds">Most rounds, from 0.</param>
internal sealed class SwapSearch(int maxRounds)
{
    public void Improve(RankedBacklog backlog, CandidateBatch batch)
    {
        bool changed = true;
        for (int round = 0; round < maxRounds && changed; round++)
        {
            changed = TakeIn(backlog, batch);
            changed |= LeaveOut(backlog, batch);
            changed |= Exchange(backlog, batch);
        }
    }

    private static bool TakeIn(RankedBacklog backlog, CandidateBatch batch)
    {
        int before = batch.Count;
        foreach (int rank in backlog.Remaining)
        {
            if (!batch.Contains(rank) && batch.KeepsF(rank) && batch.Fits(rank))
            {
                batch.Add(rank);
            }
        }

        return batch.Count > before;
    }

    // If leaving anybody out helps, then leaving out the longest does.
    private static bool LeaveOut(RankedBacklog backlog, CandidateBatch batch)
    {
        int before = batch.Count;
        while (batch.Count > 1)
        {
            int longest = batch.Members[^1];
            BatchScore score = batch.Score;
            var without = new BatchScore(
                score.Count - 1, score.OutputTokens - backlog.OutputTokens(longest), score.PromptTokens - backlog.PromptTokens(longest));
            if (!without.IsBetterThan(score))
            {
                break;
            }

            batch.Remove(longest);
        }

        return batch.Count < before;
    }

    private static bool Exchange(RankedBacklog backlog, CandidateBatch batch)
    {
        bool changed = false;
        int place = batch.Count - 1;
        while (place >= 0)
        {
            int leaves = batch.Members[place];
            batch.Remove(leaves);
            int enters = Replacement(backlog, batch, leaves);
            batch.Add(enters);
            changed |= enters != leaves;
            place -= enters == leaves ? 1 : 0;
        }

        return changed;
    }

    // The one with the fewest output tokens that fits into the place of the one that leaves, or that one itself.
    private static int Replacement(RankedBacklog backlog, CandidateBatch batch, int leaves)
    {
        int mostOutput = backlog.OutputTokens(leaves);
        foreach (int rank in backlog.Remaining)
        {
            int output = backlog.OutputTokens(rank);
            if (output > mostOutput)
            {
                break;
            }

            bool better = output < mostOutput || backlog.PromptTokens(rank) < backlog.PromptTokens(leaves);
            if (better && !batch.Contains(rank) && batch.Fits(rank))
            {
                return rank;
            }
        }

        return leaves;
    }
}
