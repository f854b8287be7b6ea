namespace Plimsoll.Policies.Batching.SortedF;

/// <summary>
/// Leaves out whoever needs more memory s + o than a quantile of those that remain, then goes through the others by output tokens and
/// takes whoever fits and does not raise F. Tries the quantiles 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9 and 1; the best batch wins, the
/// smaller quantile at a tie.
/// </summary>
/// <remarks>
/// Source: the quantile variant of Sorted-F (Wang, Ye, Zhou, arXiv:2508.06133) as scheduling theory, section 5.1, reads it; the grid is
/// ours.
/// </remarks>
public sealed class QuantileGreedySelector : IBatchSelector
{
    private static readonly int[] Percentiles = [5, 10, 20, 30, 50, 70, 90, 100];
    private readonly ScanOrder _byPeak = new();
    private readonly CandidateBatch _trial = new();

    /// <inheritdoc/>
    public void Begin(RankedBacklog backlog) => _byPeak.Sort(backlog, outputWeight: 1, promptWeight: 1);

    /// <inheritdoc/>
    public void Choose(RankedBacklog backlog, CandidateBatch batch)
    {
        ReadOnlySpan<int> byPeak = _byPeak.Remaining(backlog);
        foreach (int percentile in Percentiles)
        {
            long place = ((byPeak.Length * (long)percentile) + 99) / 100;
            Fill(backlog, backlog.PeakTokens(byPeak[(int)place - 1]));
            if (_trial.Score.IsBetterThan(batch.Score))
            {
                batch.CopyFrom(_trial);
            }
        }
    }

    private void Fill(RankedBacklog backlog, long mostTokens)
    {
        _trial.Start(backlog);
        foreach (int rank in backlog.Remaining)
        {
            if (backlog.PeakTokens(rank) <= mostTokens && _trial.KeepsF(rank) && _trial.Fits(rank))
            {
                _trial.Add(rank);
            }
        }
    }
}
