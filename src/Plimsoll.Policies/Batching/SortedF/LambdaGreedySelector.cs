namespace Plimsoll.Policies.Batching.SortedF;

/// <summary>
/// For each of eleven weights λ: goes through the requests by o + λ(s + o) and takes whoever fits and does not raise F. The best of the
/// eleven batches wins, the smaller λ at a tie.
/// </summary>
/// <remarks>
/// λ = 0 is the greedy by output alone, a large λ that by memory. A backlog is sorted once for each λ; a batch then costs one pass over
/// those that remain. Source: scheduling theory, section 5.1.
/// </remarks>
public sealed class LambdaGreedySelector : IBatchSelector
{
    private static readonly int[] HundredthsOfLambda = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 2000];
    private readonly ScanOrder[] _orders = [.. HundredthsOfLambda.Select(_ => new ScanOrder())];
    private readonly CandidateBatch _trial = new();

    /// <inheritdoc/>
    public void Begin(RankedBacklog backlog)
    {
        for (int i = 0; i < _orders.Length; i++)
        {
            _orders[i].Sort(backlog, 100 + HundredthsOfLambda[i], HundredthsOfLambda[i]);
        }
    }

    /// <inheritdoc/>
    public void Choose(RankedBacklog backlog, CandidateBatch batch)
    {
        foreach (ScanOrder order in _orders)
        {
            _trial.Start(backlog);
            foreach (int rank in order.Remaining(backlog))
            {
                if (_trial.KeepsF(rank) && _trial.Fits(rank))
                {
                    _trial.Add(rank);
                }
            }

            if (_trial.Score.IsBetterThan(batch.Score))
            {
                batch.CopyFrom(_trial);
            }
        }
    }
}
