namespace Plimsoll.Policies.Batching.SortedF;

/// <summary>
/// LP-swap, as the selector of a <see cref="SortedFOrder"/>: starts from the longest prefix of the order of Sorted-LP that fits, and
/// improves it by exchanges with respect to F.
/// </summary>
/// <remarks>
/// <para>
/// The relaxation is solved once for a backlog. <see cref="Begin"/>, and so the arrangement, ends with a
/// <see cref="RelaxationRefusedException"/> if it is not.
/// </para>
/// <para>Source: Wang, Ye, Zhou, arXiv:2508.06133, as scheduling theory, section 5.1, reads it.</para>
/// </remarks>
/// <param name="relaxation">Solves the program.</param>
/// <param name="maxRounds">Most passes over all changes for one batch, from 0.</param>
public sealed class RelaxationSelector(IStartTimeRelaxation relaxation, int maxRounds = 20) : IBatchSelector
{
    private readonly RelaxedStarts _starts = new(relaxation);
    private readonly SwapSearch _search = new(maxRounds);
    private int[] _order = [];
    private int _count;

    /// <inheritdoc/>
    /// <exception cref="RelaxationRefusedException">The relaxation says why it was not solved.</exception>
    public void Begin(RankedBacklog backlog)
    {
        ReadOnlySpan<int> order = _starts.Order(backlog);
        _count = order.Length;
        if (_order.Length < _count)
        {
            _order = new int[Math.Max(64, _count * 2)];
        }

        order.CopyTo(_order);
    }

    /// <inheritdoc/>
    public void Choose(RankedBacklog backlog, CandidateBatch batch)
    {
        int kept = 0;
        bool fits = true;
        for (int i = 0; i < _count; i++)
        {
            int rank = _order[i];
            if (!backlog.Waits(rank))
            {
                continue;
            }

            _order[kept++] = rank;
            fits = fits && batch.Fits(rank);
            if (fits)
            {
                batch.Add(rank);
            }
        }

        _count = kept;
        _search.Improve(backlog, batch);
    }
}
