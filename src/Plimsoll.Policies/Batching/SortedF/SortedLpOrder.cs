namespace Plimsoll.Policies.Batching.SortedF;

/// <summary>
/// Sorted-LP: by the mean start of each request in the linear relaxation of the hindsight program; equal starts by output tokens, arrival,
/// id.
/// </summary>
/// <remarks>
/// <para>
/// Requests that do not fit into the memory even alone are not part of the program and come after all others, by output tokens.
/// </para>
/// <para>Source: Wang, Ye, Zhou, arXiv:2508.06133, as scheduling theory, section 5.1, reads it.</para>
/// </remarks>
/// <param name="relaxation">Solves the program.</param>
/// <param name="windowRequests">
/// Receding horizon: only so many that arrived first are part of the program, and the rest follow by arrival; 0 for all.
/// </param>
public sealed class SortedLpOrder(IStartTimeRelaxation relaxation, int windowRequests = 0) : IBacklogOrder
{
    private readonly RankedBacklog _backlog = new();
    private readonly RelaxedStarts _starts = new(relaxation);

    /// <inheritdoc/>
    /// <exception cref="RelaxationRefusedException">The relaxation says why it was not solved.</exception>
    public void Arrange(ReadOnlySpan<QueuedRequest> waiting, long capacityTokens, Span<int> order)
    {
        int inside = windowRequests == 0 ? waiting.Length : Math.Min(windowRequests, waiting.Length);
        _backlog.Load(waiting[..inside], capacityTokens, BatchFeasibility.Peak);
        int placed = 0;
        foreach (int rank in _starts.Order(_backlog))
        {
            order[placed++] = _backlog.Position(rank);
        }

        _backlog.PlaceRest(order, placed);
        for (int i = inside; i < waiting.Length; i++)
        {
            order[i] = i;
        }
    }
}
