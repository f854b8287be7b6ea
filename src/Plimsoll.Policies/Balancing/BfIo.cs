using Plimsoll.Core;

namespace Plimsoll.Policies.Balancing;

/// <summary>
/// BF-IO as it is run: fills the margins below the greatest load, now and in the steps to come, and dislikes to exceed them.
/// </summary>
/// <remarks>
/// <para>
/// While many slots are free, the worker with most of them takes the request with the best score. The last few slots are filled in order of
/// the load at the horizon, the least first, with the best of the best subsets of each size; if no subset is worth anything, with the best
/// single request.
/// </para>
/// <para>
/// The score is <see cref="MarginScore"/>. Ties: the worker with the smaller load, then the lower number; the shorter prompt, then the earlier
/// arrival. The weight of the load at the horizon in the order of workers, which the published code estimates from the clock and which is about
/// 1, is 1. A window that has lost half of its requests is filled up.
/// </para>
/// <para>
/// Signals: Queue for free slots, Tokens, and PredictedLength of the requests that run, which is needed up to the horizon only. Without a
/// prediction a request stays to the horizon; one that was overtaken ends with the next step. New requests are taken to stay. With a horizon
/// of 0 it needs no prediction.
/// </para>
/// <para>
/// A bad idea with a long horizon where outputs are short: it does not see that what it places ends, and that ended requests are replaced.
/// </para>
/// <para>Source: Chen, Bu et al., arXiv:2601.17855, published code (scheduling theory, section 3.3).</para>
/// </remarks>
public sealed class BfIo : IBalancingPolicy
{
    private static readonly PolicyOption<int> Horizon = BalanceOptions.Horizon(20, "Steps looked ahead; 0 looks at the present loads only.");
    private static readonly PolicyOption<double> Alpha = BalanceOptions.Alpha;
    private static readonly PolicyOption<double> Decay = BalanceOptions.Decay(0.86);
    private static readonly PolicyOption<int> Window = BalanceOptions.Window;

    private static readonly PolicyOption<double> Beta = new()
    {
        Name = "beta",
        Unit = "none",
        Minimum = 0,
        Maximum = 1e6,
        Fallback = 43.0,
        Meaning = "Penalty for each token beyond a margin, against alpha for each token placed.",
    };

    private static readonly PolicyOption<int> Subset = new()
    {
        Name = "subset",
        Unit = "requests",
        Minimum = 1,
        Maximum = SubsetSearch.Most,
        Fallback = 2,
        Meaning = "Most requests that are placed on a worker together when few slots are left; the published code has no limit.",
    };

    private static readonly PolicyOption<int> Threshold = new()
    {
        Name = "threshold",
        Unit = "slots",
        Minimum = 0,
        Maximum = int.MaxValue,
        Fallback = 7,
        Meaning = "Free slots in the group from which on they are filled in subsets.",
    };

    private readonly int _horizon;
    private readonly int _mostTogether;
    private readonly int _threshold;
    private readonly LoadProjection _projection;
    private readonly MarginScore _score;
    private readonly CandidateWindow _window;
    private readonly SubsetSearch _search = new();
    private readonly WorkerHeap _heap = new();
    private readonly int[] _chosen = new int[SubsetSearch.Most];
    private int[] _free = [];

    /// <param name="arguments">What the user said.</param>
    public BfIo(PolicyArguments arguments)
    {
        _horizon = arguments.Of(Horizon);
        _mostTogether = arguments.Of(Subset);
        _threshold = arguments.Of(Threshold);
        _projection = new LoadProjection(_horizon);
        _score = new MarginScore(_horizon, arguments.Of(Alpha), arguments.Of(Beta), arguments.Of(Decay));
        _window = new CandidateWindow(arguments.Of(Window));
    }

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBalancingPolicy> Entry { get; } = new()
    {
        Name = "bf-io",
        Summary = "Fills the margins below the greatest load, now and in the steps to come, and dislikes to exceed them.",
        BadIdea = "With a long horizon where outputs are short: it does not see that what it places ends and is replaced.",
        Source = "Chen, Bu et al., arXiv:2601.17855, the heuristic of the published code.",
        Signals = Signals.Queue | Signals.Tokens | Signals.PredictedLength,
        Options = [Horizon, Alpha, Beta, Decay, Window, Subset, Threshold],
        Create = arguments => new BfIo(arguments),
    };

    /// <inheritdoc/>
    public void Assign(in GroupView group, Placements placements, ref RandomStream random)
    {
        long free = LoadFreeSlots(group.Workers);
        if (free == 0 || group.Waiting.IsEmpty)
        {
            return;
        }

        _projection.Load(group);
        _window.Load(group.Waiting);
        free = Spread(group, placements, free);
        Finish(group, placements, free);
    }

    private long LoadFreeSlots(ReadOnlySpan<WorkerView> workers)
    {
        if (_free.Length < workers.Length)
        {
            _free = new int[workers.Length];
        }

        long free = 0;
        for (int worker = 0; worker < workers.Length; worker++)
        {
            _free[worker] = workers[worker].FreeSlots;
            free += _free[worker];
        }

        return free;
    }

    // Many slots: the worker with most of them takes the best request.
    private long Spread(in GroupView group, Placements placements, long free)
    {
        if (free <= _threshold)
        {
            return free;
        }

        LoadHeap(group.Workers.Length, byFreeSlots: true);
        while (free > _threshold && _window.Left > 0)
        {
            int worker = _heap.Top;
            _score.Face(_projection, worker);
            Place(group, placements, worker, _score.Best(_window));
            free--;
            _heap.Change(-_free[worker], _projection.Of(worker)[0]);
        }

        return free;
    }

    // Few slots: the worker that will have the least takes what fits best together.
    private void Finish(in GroupView group, Placements placements, long free)
    {
        if (free == 0 || _window.Left == 0)
        {
            return;
        }

        LoadHeap(group.Workers.Length, byFreeSlots: false);
        while (_heap.Count > 0 && _window.Left > 0)
        {
            int worker = _heap.Top;
            _score.Face(_projection, worker);
            foreach (int place in BestSubset(Math.Min(_free[worker], _window.Left)))
            {
                Take(group, placements, worker, place);
            }

            _window.Refill(group.Waiting);
            if (_free[worker] == 0)
            {
                _heap.Remove();
            }
            else
            {
                _heap.Change(_projection.Of(worker)[_horizon], _projection.Of(worker)[0]);
            }
        }
    }

    private void LoadHeap(int workers, bool byFreeSlots)
    {
        _heap.Clear(workers);
        for (int worker = 0; worker < workers; worker++)
        {
            if (_free[worker] > 0)
            {
                _heap.Add(worker, byFreeSlots ? -_free[worker] : _projection.Of(worker)[_horizon], _projection.Of(worker)[0]);
            }
        }
    }

    private ReadOnlySpan<int> BestSubset(int slots)
    {
        double best = 0;
        int size = 0;
        for (int together = Math.Min(slots, _mostTogether); together >= 1; together--)
        {
            _search.Find(_window, together, _score.LeastMargin);
            double score = _score.Of(_search.Tokens);
            if (score > best)
            {
                (best, size) = (score, together);
                _search.Places.CopyTo(_chosen);
            }
        }

        if (size == 0)
        {
            (_chosen[0], size) = (_score.Best(_window), 1);
        }

        return _chosen.AsSpan(0, size);
    }

    private void Place(in GroupView group, Placements placements, int worker, int place)
    {
        Take(group, placements, worker, place);
        _window.Refill(group.Waiting);
    }

    private void Take(in GroupView group, Placements placements, int worker, int place)
    {
        placements.Add(_window.Waiting(place), worker);
        _projection.Add(worker, _window.Tokens(place));
        _window.Take(place);
        _free[worker]--;
    }
}
