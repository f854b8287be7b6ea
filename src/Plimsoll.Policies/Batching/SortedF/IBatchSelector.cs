namespace Plimsoll.Policies.Batching.SortedF;

/// <summary>Answers one question: which of those who wait make the best batch to serve next?</summary>
public interface IBatchSelector
{
    /// <summary>A new backlog: everybody waits.</summary>
    void Begin(RankedBacklog backlog);

    /// <summary>Chooses among those that remain.</summary>
    /// <param name="backlog">The one given to <see cref="Begin"/>, less the batches chosen since; at least one request remains.</param>
    /// <param name="batch">Comes empty; comes back feasible, with at least one of those that remain.</param>
    void Choose(RankedBacklog backlog, CandidateBatch batch);
}
