using Plimsoll.Core;

namespace Plimsoll.Policies.Balancing;

/// <summary>
/// Keeps what the workers will certainly hold, now and in the steps to come, as even as the waiting requests allow, by a greedy choice and
/// exchanges.
/// </summary>
/// <remarks>
/// <para>
/// The cost is that of <see cref="KeelLoads"/>: a token below the level of the group costs 1, a token above it G − 1, weighed over steps that
/// fade by turnover: what is seen beyond one more ended request on each worker counts less by the decay. A new request leaves the loads at
/// its own predicted end. In the slot of an ended request a short one is counted, the tenth percentile of those that wait: nearly always
/// there is one as short, so that more than this is not certain.
/// </para>
/// <para>
/// First the worker with most free slots, of these the one with the smallest load, takes the best request; of all requests only those
/// next to the best length, for the horizon and for now, are tried. Then each new request is exchanged with one that still waits or with one
/// new on another worker, whichever lowers the cost most, for some rounds or until nothing does: work is limited by counts, not by time.
/// Requests that fit nowhere stay in the pool as long as others fill the slots.
/// </para>
/// <para>
/// Signals: Queue for free slots, Tokens, PredictedLength of running and of waiting requests. Without a prediction a request stays to the
/// horizon; without any, only the present loads count. A prediction that was overtaken ends with the next step.
/// </para>
/// <para>
/// A bad idea when the time to the first token of long prompts matters: they wait until they fit. And where hardly anybody waits there is
/// nothing to choose.
/// </para>
/// <para>Source: ours; the objective is that of Chen, Bu et al., arXiv:2601.17855 (scheduling theory, section 3.2).</para>
/// </remarks>
public sealed class EvenKeel : IBalancingPolicy
{
    private static readonly PolicyOption<int> Horizon = BalanceOptions.Horizon(
        150, "Most steps looked ahead; turnover usually ends the view before; 0 looks at the present loads only.");

    private static readonly PolicyOption<int> Window = BalanceOptions.Window;

    private static readonly PolicyOption<double> Decay = new()
    {
        Name = "decay",
        Unit = "none",
        Minimum = 0.01,
        Maximum = 1,
        Fallback = 0.5,
        Meaning = "Weight of what is seen beyond one more ended request on each worker.",
    };

    private static readonly PolicyOption<int> Rounds = new()
    {
        Name = "rounds",
        Unit = "rounds",
        Minimum = 0,
        Maximum = 1000,
        Fallback = 2,
        Meaning = "So often each new request is exchanged if that is better; it ends before if nothing was.",
    };

    private static readonly PolicyOption<int> Partners = new()
    {
        Name = "partners",
        Unit = "requests",
        Minimum = 0,
        Maximum = 1 << 20,
        Fallback = 8,
        Meaning = "So many new requests on other workers are tried as partners of an exchange.",
    };

    private static readonly PolicyOption<int> Neighbours = new()
    {
        Name = "neighbours",
        Unit = "requests",
        Minimum = 1,
        Maximum = 1024,
        Fallback = 3,
        Meaning = "So many requests on either side of the best length are tried.",
    };

    // One in ten candidates is shorter.
    private const int SuccessorShare = 10;

    private readonly KeelLoads _loads;
    private readonly double _decay;
    private readonly CandidateWindow _window;
    private readonly WorkerHeap _heap = new();
    private readonly int _neighbours;
    private readonly int _partners;
    private readonly int _rounds;
    private long _successor;
    private Slot[] _slots = [];
    private int[] _free = [];
    private double _placedTokens;
    private long _placed;

    /// <param name="arguments">What the user said.</param>
    public EvenKeel(PolicyArguments arguments)
    {
        _loads = new KeelLoads(arguments.Of(Horizon));
        _decay = arguments.Of(Decay);
        _window = new CandidateWindow(arguments.Of(Window));
        (_rounds, _partners, _neighbours) = (arguments.Of(Rounds), arguments.Of(Partners), arguments.Of(Neighbours));
    }

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBalancingPolicy> Entry { get; } = new()
    {
        Name = "even-keel",
        Summary = "Keeps what the workers will certainly hold, now and in the steps to come, as even as the waiting requests allow.",
        BadIdea = "When the time to the first token of long prompts matters: they wait until they fit.",
        Source = "Ours; the objective is that of Chen, Bu et al., arXiv:2601.17855.",
        Signals = Signals.Queue | Signals.Tokens | Signals.PredictedLength,
        Options = [Horizon, Decay, Rounds, Partners, Neighbours, Window],
        Create = arguments => new EvenKeel(arguments),
    };

    /// <inheritdoc/>
    public void Assign(in GroupView group, Placements placements, ref RandomStream random)
    {
        long free = LoadFreeSlots(group.Workers);
        if (free == 0 || group.Waiting.IsEmpty)
        {
            return;
        }

        _window.Load(group.Waiting);
        double mean = _placed > 0 ? _placedTokens / _placed : MeanPrompt(group.Waiting);
        _successor = _window.Tokens((_window.Left - 1) / SuccessorShare);
        _loads.Load(group, _window.Tokens(_window.First()), mean, _successor, _decay);
        LoadHeap(group.Workers.Length);
        while (free > 0 && _window.Left > 0)
        {
            // Exchanges need those that wait: a window that can be filled up again keeps half of itself.
            int most = _window.CanRefill(group.Waiting.Length) ? Math.Max(1, _window.Left / 2) : _window.Left;
            int count = (int)Math.Min(free, most);
            FillSlots(group, count);
            Exchange(group.Waiting, count);
            Place(placements, count);
            free -= count;
            _window.Refill(group.Waiting);
        }
    }

    private static double MeanPrompt(ReadOnlySpan<WaitingRequest> waiting)
    {
        double sum = 0;
        foreach (ref readonly WaitingRequest request in waiting)
        {
            sum += request.PromptTokens;
        }

        return sum / waiting.Length;
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

    private void LoadHeap(int workers)
    {
        _heap.Clear(workers);
        for (int worker = 0; worker < workers; worker++)
        {
            if (_free[worker] > 0)
            {
                _heap.Add(worker, -_free[worker], _loads.AboveLevel(worker));
            }
        }
    }

    private void FillSlots(in GroupView group, int count)
    {
        if (_slots.Length < count)
        {
            _slots = new Slot[Math.Max(64, count * 2)];
        }

        for (int i = 0; i < count; i++)
        {
            int worker = _heap.Top;
            (int place, _) = BestWaiting(group.Waiting, worker, default, double.PositiveInfinity);
            KeelRequest request = RequestAt(group.Waiting, place);
            _window.Take(place);
            _loads.Change(worker, request, default);
            _slots[i] = new Slot(worker, place, request);
            _free[worker]--;
            if (_free[worker] == 0)
            {
                _heap.Remove();
            }
            else
            {
                _heap.Change(-_free[worker], _loads.AboveLevel(worker));
            }
        }
    }

    // Each new request in turn, against those that wait and the next on other workers, the first following the last.
    private void Exchange(ReadOnlySpan<WaitingRequest> waiting, int count)
    {
        bool changed = true;
        for (int round = 0; round < _rounds && changed; round++)
        {
            changed = false;
            for (int i = 0; i < count; i++)
            {
                changed |= Improve(waiting, i, count);
            }
        }
    }

    private bool Improve(ReadOnlySpan<WaitingRequest> waiting, int index, int count)
    {
        Slot slot = _slots[index];
        double now = _loads.Cost(slot.Worker);
        double least = now - (1e-9 * now) - 1e-6; // what rounding alone could gain is no gain
        (int place, double cost) = BestWaiting(waiting, slot.Worker, slot.Request, least);
        double gain = place >= 0 ? now - cost : 0;
        int other = -1;
        int partners = Math.Min(_partners, count - 1);
        for (int away = 1; away <= partners; away++)
        {
            int j = index + away < count ? index + away : index + away - count;
            if (_slots[j].Worker != slot.Worker && _slots[j].Request != slot.Request)
            {
                double both = now + _loads.Cost(_slots[j].Worker)
                    - _loads.Cost(slot.Worker, _slots[j].Request, slot.Request)
                    - _loads.Cost(_slots[j].Worker, slot.Request, _slots[j].Request);
                if (both > Math.Max(gain, now - least))
                {
                    (gain, other) = (both, j);
                }
            }
        }

        if (other >= 0)
        {
            Swap(index, other);
        }
        else if (place >= 0)
        {
            KeelRequest request = RequestAt(waiting, place);
            _loads.Change(slot.Worker, request, slot.Request);
            _window.Take(place);
            _window.GiveBack(slot.Place);
            _slots[index] = new Slot(slot.Worker, place, request);
        }

        return other >= 0 || place >= 0;
    }

    private void Swap(int a, int b)
    {
        (Slot first, Slot second) = (_slots[a], _slots[b]);
        _loads.Change(first.Worker, second.Request, first.Request);
        _loads.Change(second.Worker, first.Request, second.Request);
        _slots[a] = second with { Worker = first.Worker };
        _slots[b] = first with { Worker = second.Worker };
    }

    // Those next to the best length if all stayed, and next to what is missing now; ties go to the shorter and then to the earlier.
    private (int Place, double Cost) BestWaiting(ReadOnlySpan<WaitingRequest> waiting, int worker, KeelRequest removed, double below)
    {
        var best = (Place: -1, Cost: below);
        long lasting = _loads.BestTokens(worker, removed);
        long missing = _loads.Missing(worker, removed);
        Try(waiting, worker, removed, lasting, ref best);
        if (missing != lasting)
        {
            Try(waiting, worker, removed, missing, ref best);
        }

        return best;
    }

    private void Try(
        ReadOnlySpan<WaitingRequest> waiting, int worker, KeelRequest removed, long tokens, ref (int Place, double Cost) best)
    {
        int above = _window.Above(tokens);
        int below = above < 0 ? _window.Last() : _window.Before(above);
        for (int i = 0; i < _neighbours && (above >= 0 || below >= 0); i++)
        {
            Try(waiting, worker, removed, below, ref best);
            Try(waiting, worker, removed, above, ref best);
            below = below < 0 ? -1 : _window.Before(below);
            above = above < 0 ? -1 : _window.After(above);
        }
    }

    private void Try(
        ReadOnlySpan<WaitingRequest> waiting, int worker, KeelRequest removed, int place, ref (int Place, double Cost) best)
    {
        if (place < 0)
        {
            return;
        }

        double cost = _loads.Cost(worker, RequestAt(waiting, place), removed);
        if (cost < best.Cost || (cost == best.Cost && place < best.Place))
        {
            best = (place, cost);
        }
    }

    private KeelRequest RequestAt(ReadOnlySpan<WaitingRequest> waiting, int place) => KeelRequest.Of(waiting[_window.Waiting(place)], _successor);

    private void Place(Placements placements, int count)
    {
        foreach (ref readonly Slot slot in _slots.AsSpan(0, count))
        {
            placements.Add(_window.Waiting(slot.Place), slot.Worker);
            _placedTokens += slot.Request.Tokens;
            _placed++;
        }
    }

    private readonly record struct Slot(int Worker, int Place, KeelRequest Request);
}
