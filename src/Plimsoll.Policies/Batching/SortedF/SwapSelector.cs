namespace Plimsoll.Policies.Batching.SortedF;

/// <summary>
/// Starts from the batch of <see cref="LambdaGreedySelector"/> and improves it by exchanges of one for one, by taking one in and by
/// leaving one out, while that lowers F. Never worse than where it starts.
/// </summary>
/// <remarks>Source: the local swap search of Sorted-F (Wang, Ye, Zhou, arXiv:2508.06133), scheduling theory, section 5.1.</remarks>
/// <param name="maxRounds">Most passes over all changes for one batch, from 0.</param>
public sealed class SwapSelector(int maxRounds = 20) : IBatchSelector
{
    private readonly LambdaGreedySelector _start = new();
    private readonly SwapSearch _search = new(maxRounds);

    /// <inheritdoc/>
    public void Begin(RankedBacklog backlog) => _start.Begin(backlog);

    /// <inheritdoc/>
    public void Choose(RankedBacklog backlog, CandidateBatch batch)
    {
        _start.Choose(backlog, batch);
        _search.Improve(backlog, batch);
    }
}
