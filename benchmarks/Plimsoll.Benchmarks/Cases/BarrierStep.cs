using Plimsoll.Core;
using Plimsoll.Policies;
using Plimsoll.Policies.Balancing;

namespace Plimsoll.Benchmarks.Cases;

/// <summary>
/// A barrier group and the decision before its next step, over and over: the policy places, everybody emits a token, who is done leaves, and
/// the pool is filled up. Only <see cref="Decide"/> is to be measured; <see cref="Step"/> does the rest.
/// </summary>
internal sealed class BarrierStep
{
    private readonly int _slots;
    private readonly IBalancingPolicy _policy;
    private readonly WorkerView[] _workers;
    private readonly PlacedRequest[][] _placed;
    private readonly PlacedRequest[] _placedView;
    private readonly WaitingRequest[] _waiting;
    private readonly Placements _placements = new();
    private RandomStream _dice = new RandomTree(1).Stream("barrier step");
    private RandomStream _random = new RandomTree(1).Stream("policy");
    private long _id;
    private int _inside;

    /// <param name="policy">As the user writes it.</param>
    /// <param name="workers">Workers G.</param>
    /// <param name="slots">Slots B of each.</param>
    /// <param name="candidates">Requests that always wait.</param>
    public BarrierStep(string policy, int workers, int slots, int candidates)
    {
        _slots = slots;
        _policy = PolicyCatalog.Balancing.Parse(policy, out _)!.Create();
        _workers = new WorkerView[workers];
        _placed = new PlacedRequest[workers][];
        _placedView = new PlacedRequest[workers * slots];
        _waiting = new WaitingRequest[candidates];
        for (int worker = 0; worker < workers; worker++)
        {
            _placed[worker] = new PlacedRequest[slots];
            _workers[worker].FreeSlots = slots;
        }

        for (int i = 0; i < candidates; i++)
        {
            _waiting[i] = Next();
        }
    }

    /// <summary>Requests placed by the last decision.</summary>
    public int Placed => _placements.Count;

    /// <summary>The decision.</summary>
    public void Decide()
    {
        _placements.Clear();
        _policy.Assign(
            new GroupView { Workers = _workers, Placed = _placedView.AsSpan(0, _inside), Waiting = _waiting }, _placements, ref _random);
    }

    /// <summary>Everything up to the next decision.</summary>
    public void Step()
    {
        foreach (Placement placement in _placements.All)
        {
            WaitingRequest request = _waiting[placement.Waiting];
            _placed[placement.Worker][_workers[placement.Worker].Requests++] = new PlacedRequest(request.PromptTokens, 0, request.PredictedOutputTokens);
            _waiting[placement.Waiting] = Next();
        }

        _inside = 0;
        for (int worker = 0; worker < _workers.Length; worker++)
        {
            Emit(worker);
        }
    }

    private void Emit(int worker)
    {
        PlacedRequest[] placed = _placed[worker];
        int kept = 0;
        long load = 0;
        for (int i = 0; i < _workers[worker].Requests; i++)
        {
            PlacedRequest request = placed[i] with { GeneratedTokens = placed[i].GeneratedTokens + 1 };
            if (request.GeneratedTokens < request.PredictedOutputTokens)
            {
                placed[kept++] = request;
                _placedView[_inside++] = request;
                load += request.HeldTokens;
            }
        }

        _workers[worker] = new WorkerView { LoadTokens = load, Requests = kept, FreeSlots = _slots - kept };
    }

    // Prompts exponential with mean 1,000 tokens, outputs with mean 128.
    private WaitingRequest Next() => new(new RequestId(_id++), Exponential(1000), Exponential(128));

    private int Exponential(double mean) => 1 + (int)(-mean * Math.Log(_dice.NextOpenUnit()));
}
