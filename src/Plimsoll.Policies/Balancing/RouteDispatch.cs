namespace Plimsoll.Policies.Balancing;

/// <summary>
/// The two stages of BalanceRoute. First each worker in turn, the least loaded first, takes up to four requests that score above 0, the best
/// first. Then the oldest of the others go, one by one, wherever they score best, until no slot is free or nobody waits.
/// </summary>
/// <remarks>
/// How the two stages are built is our choice: of the source only the score, the number of four and that there are two stages are known. Ties:
/// the smaller load, then the lower number; the shorter prompt, then the earlier arrival. Source: BalanceRoute, arXiv:2605.06113 (scheduling
/// theory, section 3.6).
/// </remarks>
/// <param name="score">The score; its projection is handed over with each call.</param>
internal sealed class RouteDispatch(MarginScore score)
{
    private const int MostTogether = 4;

    private readonly WorkerHeap _heap = new();
    private readonly CandidateWindow _window = new(int.MaxValue);
    private int[] _free = [];
    private bool[] _taken = [];

    /// <summary>Places requests.</summary>
    /// <param name="group">The group.</param>
    /// <param name="projection">Its loads, which follow what is placed.</param>
    /// <param name="placements">Gets the placements.</param>
    public void Run(in GroupView group, LoadProjection projection, Placements placements)
    {
        Load(group);
        while (_heap.Count > 0 && _window.Left > 0)
        {
            int worker = _heap.Top;
            _heap.Remove();
            TakeWhatFits(worker, projection, placements);
        }

        for (int next = 0; next < group.Waiting.Length; next++)
        {
            int worker = _taken[next] ? -1 : BestWorker(group.Workers.Length, projection, group.Waiting[next].PromptTokens);
            if (worker >= 0)
            {
                Place(worker, next, group.Waiting[next].PromptTokens, projection, placements);
            }
        }
    }

    private void Load(in GroupView group)
    {
        if (_free.Length < group.Workers.Length)
        {
            _free = new int[group.Workers.Length];
        }

        if (_taken.Length < group.Waiting.Length)
        {
            _taken = new bool[group.Waiting.Length * 2];
        }

        _taken.AsSpan(0, group.Waiting.Length).Clear();
        _window.Load(group.Waiting);
        _heap.Clear(group.Workers.Length);
        for (int worker = 0; worker < group.Workers.Length; worker++)
        {
            _free[worker] = group.Workers[worker].FreeSlots;
            if (_free[worker] > 0)
            {
                _heap.Add(worker, group.Workers[worker].LoadTokens, 0);
            }
        }
    }

    private void TakeWhatFits(int worker, LoadProjection projection, Placements placements)
    {
        for (int taken = 0; taken < MostTogether && _free[worker] > 0 && _window.Left > 0; taken++)
        {
            score.Face(projection, worker);
            int place = score.Best(_window);
            if (score.Of(_window.Tokens(place)) <= 0)
            {
                return;
            }

            _window.Take(place);
            Place(worker, _window.Waiting(place), _window.Tokens(place), projection, placements);
        }
    }

    private int BestWorker(int workers, LoadProjection projection, int tokens)
    {
        int best = -1;
        double most = double.NegativeInfinity;
        for (int worker = 0; worker < workers; worker++)
        {
            if (_free[worker] == 0)
            {
                continue;
            }

            score.Face(projection, worker);
            double own = score.Of(tokens);
            if (own > most || (own == most && projection.Of(worker)[0] < projection.Of(best)[0]))
            {
                (best, most) = (worker, own);
            }
        }

        return best;
    }

    private void Place(int worker, int waiting, int tokens, LoadProjection projection, Placements placements)
    {
        placements.Add(waiting, worker);
        projection.Add(worker, tokens);
        _taken[waiting] = true;
        _free[worker]--;
    }
}
