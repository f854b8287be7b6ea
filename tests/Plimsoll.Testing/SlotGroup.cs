using Plimsoll.Core;
using Plimsoll.Policies.Balancing;

namespace Plimsoll.Testing;

/// <summary>
/// A barrier group tick by tick, as simply as it can be said: what the pool shows is placed, the step lasts as long as its slowest worker's,
/// everybody emits a token, who is done leaves. Scheduling theory, section 3.1.
/// </summary>
/// <remarks>
/// The pool shows 4 requests for each worker, and the next whenever one leaves it, also while slots are being filled. Imbalance, idleness and
/// power are those of the loads after the step; all but the time for each output token end with the last step in which a request was placed.
/// </remarks>
public sealed class SlotGroup(int workers, int slots, IBalancingPolicy policy, bool predicts = true)
{
    private const int PoolPerWorker = 4;
    private const double SecondsPerToken = 1.5 * 2 * 576 * 61e-6 / (1 << 20);

    private readonly WorkerView[] _views = new WorkerView[workers];
    private readonly List<Active>[] _active = [.. Enumerable.Range(0, workers).Select(_ => new List<Active>())];
    private readonly List<int> _pool = [];
    private readonly Placements _placements = new();
    private RandomStream _random = Dice.Seeded(1);
    private (int Prompt, int Output)[] _requests = [];
    private int _revealed;

    private double BaseSeconds => ((slots * 0.6e-3) + 35e-3) / 16;

    /// <summary>Serves all requests.</summary>
    public SlotGroupResult Run((int Prompt, int Output)[] requests)
    {
        _requests = requests;
        double[] starts = new double[requests.Length];
        double now = 0;
        double perToken = 0;
        long running = 0;
        var total = new SlotGroupResult(0, 0, 0, 0, 0, 0, 0);
        SlotGroupResult measured = total;
        (double imbalance, double idle, double joules, double tokens) = (0, 0, 0, 0);
        for (int steps = 1; running > 0 || _revealed < requests.Length || _pool.Count > 0; steps++)
        {
            int placed = Place(starts, now);
            running += placed;
            long greatest = _views.Max(view => view.LoadTokens);
            double seconds = BaseSeconds + (SecondsPerToken * greatest);
            now += seconds;
            tokens += running;
            running -= Step(starts, now, ref perToken);
            greatest = _views.Max(view => view.LoadTokens);
            foreach (ref readonly WorkerView view in _views.AsSpan())
            {
                double share = greatest == 0 ? 1 : (double)view.LoadTokens / greatest;
                imbalance += greatest - view.LoadTokens;
                idle += (1 - share) / workers;
                joules += seconds * (100 + (300 * Math.Pow(share, 0.7)));
            }

            total = new SlotGroupResult(steps, now, imbalance / steps, tokens / now, 0, idle / steps, joules / 1000);
            measured = placed > 0 ? total : measured;
        }

        return measured with { SecondsPerOutputToken = perToken / requests.Length };
    }

    private int Place(double[] starts, double now)
    {
        int placed = 0;
        while (true)
        {
            while (_revealed < _requests.Length && _pool.Count < PoolPerWorker * workers)
            {
                _pool.Add(_revealed++);
            }

            if (_pool.Count == 0 || _active.All(list => list.Count == slots))
            {
                return placed;
            }

            Look();
            policy.Assign(View(), _placements, ref _random);
            foreach (Placement placement in _placements.All)
            {
                int id = _pool[placement.Waiting];
                _active[placement.Worker].Add(new Active(id, 0));
                _pool[placement.Waiting] = -1;
                starts[id] = now;
            }

            _pool.RemoveAll(id => id < 0);
            placed += _placements.Count;
            if (_placements.Count == 0)
            {
                Look();
                return placed;
            }

            Look();
        }
    }

    private int Step(double[] starts, double now, ref double perToken)
    {
        int ended = 0;
        foreach (List<Active> list in _active)
        {
            for (int i = list.Count - 1; i >= 0; i--)
            {
                Active active = list[i] with { Generated = list[i].Generated + 1 };
                list[i] = active;
                (int prompt, int output) = _requests[active.Id];
                if (active.Generated == output)
                {
                    list[i] = list[^1];
                    list.RemoveAt(list.Count - 1);
                    ended++;
                    perToken += (now - starts[active.Id]) / output;
                    policy.Learn(prompt, output);
                }
            }
        }

        Look();
        return ended;
    }

    private void Look()
    {
        for (int worker = 0; worker < workers; worker++)
        {
            long load = 0;
            foreach (Active active in _active[worker])
            {
                load += _requests[active.Id].Prompt + active.Generated;
            }

            _views[worker] = new WorkerView
            {
                LoadTokens = load,
                Requests = _active[worker].Count,
                FreeSlots = slots - _active[worker].Count,
            };
        }
    }

    private PlacedRequest[] _placedView = [];
    private WaitingRequest[] _waitingView = [];

    private GroupView View()
    {
        _placements.Clear();
        if (_placedView.Length == 0)
        {
            _placedView = new PlacedRequest[workers * slots];
            _waitingView = new WaitingRequest[PoolPerWorker * workers];
        }

        int count = 0;
        foreach (List<Active> list in _active)
        {
            foreach (Active active in list)
            {
                (int prompt, int output) = _requests[active.Id];
                _placedView[count++] = new PlacedRequest(prompt, active.Generated, predicts ? output : 0);
            }
        }

        for (int i = 0; i < _pool.Count; i++)
        {
            (int prompt, int output) = _requests[_pool[i]];
            _waitingView[i] = new WaitingRequest(new RequestId(_pool[i]), prompt, predicts ? output : 0);
        }

        return new GroupView
        {
            Workers = _views,
            Placed = _placedView.AsSpan(0, count),
            Waiting = _waitingView.AsSpan(0, _pool.Count),
        };
    }

    private readonly record struct Active(int Id, int Generated);
}
