using Plimsoll.Core;

namespace Plimsoll.Policies.Batching.SortedF;

/// <summary>
/// Sorted-F: takes the batch with the smallest F = Σo / n² out of those who wait, again and again, and serves the batches one after the
/// other, each by output tokens, then arrival, then id.
/// </summary>
/// <remarks>
/// <para>
/// The F of a batch is its duration, for which its mean output stands, over the number it completes: Smith's rule for batches. With the
/// best batch each time the total latency of a backlog is at most 48 times the least possible one; how close a selector comes to the best
/// batch is its own matter.
/// </para>
/// <para>Requests that do not fit into the memory even alone come after all batches, by output tokens.</para>
/// <para>Source: Wang, Ye, Zhou, arXiv:2508.06133; scheduling theory, section 5.</para>
/// </remarks>
/// <param name="selector">Chooses the batches; no other order may use it.</param>
/// <param name="feasibility">When a batch fits.</param>
/// <param name="windowRequests">
/// Receding horizon: only so many that arrived first are put into batches, and the rest follow by arrival; 0 for all.
/// </param>
public sealed class SortedFOrder(IBatchSelector selector, BatchFeasibility feasibility = BatchFeasibility.Peak, int windowRequests = 0)
    : IBacklogOrder
{
    private readonly RankedBacklog _backlog = new();
    private readonly CandidateBatch _batch = new();

    /// <inheritdoc/>
    public void Arrange(ReadOnlySpan<QueuedRequest> waiting, long capacityTokens, Span<int> order)
    {
        int inside = windowRequests == 0 ? waiting.Length : Math.Min(windowRequests, waiting.Length);
        _backlog.Load(waiting[..inside], capacityTokens, feasibility);
        selector.Begin(_backlog);
        int placed = 0;
        while (_backlog.Remaining.Length > 0)
        {
            _batch.Start(_backlog);
            selector.Choose(_backlog, _batch);
            Invariant.Holds(_batch.Count > 0, "while somebody fits, a batch has somebody in it");
            foreach (int rank in _batch.Members)
            {
                order[placed++] = _backlog.Position(rank);
            }

            _backlog.Take(_batch.Members);
        }

        _backlog.PlaceRest(order, placed);
        for (int i = inside; i < waiting.Length; i++)
        {
            order[i] = i;
        }
    }
}
