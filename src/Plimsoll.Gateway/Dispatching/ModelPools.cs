using Plimsoll.Core;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Observing.Live;
using Plimsoll.Gateway.OpenAi;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Gateway.Dispatching;

/// <summary>
/// The pools there are. Each has a dispatcher with a place for every replica of the gateway; those that are not in it have no window
/// there, so that a replica may change its models while requests run. For one caller at a time.
/// </summary>
internal sealed class ModelPools(
    DispatcherConfiguration policies,
    int replicas,
    GatewayClock clock,
    RandomTree random,
    Func<string, Dispatcher, IDispatchWitness?>? watch = null,
    PredictionSpec? prediction = null) : IAsyncDisposable
{
    private readonly SortedDictionary<string, ModelPool> _pools = new(StringComparer.Ordinal);
    private DispatcherConfiguration _policies = policies;

    /// <summary>All of them, in order of name.</summary>
    public IReadOnlyCollection<ModelPool> All => _pools.Values;

    /// <summary>The pool of replicas with these models, made if there is none yet.</summary>
    public ModelPool Of(EngineModels models)
    {
        string name = string.Join(',', models.Base);
        if (!_pools.TryGetValue(name, out ModelPool? pool))
        {
            var decisions = new DecisionFeed(_policies, replicas);
            var dispatcher = new Dispatcher(_policies, replicas, random.Stream("routing " + name));
            var loop = new DispatchLoop(dispatcher, clock, DispatchWitnesses.Both(decisions, watch?.Invoke(name, dispatcher)));
            for (int replica = 0; replica < replicas; replica++)
            {
                loop.SetWindow(replica, 0);
            }

            PoolPredictor? lengths = prediction is null ? null : new PoolPredictor(prediction.Create(random));
            _pools.Add(name, pool = new ModelPool(name, loop, decisions, lengths));
        }

        return pool;
    }

    /// <summary>Forgets a pool that no replica is in any more; what it held is refused.</summary>
    public void Drop(ModelPool pool)
    {
        _pools.Remove(pool.Name);
        _ = pool.Loop.DisposeAsync().AsTask();
    }

    /// <summary>Other policies from now on, with the windows as they are.</summary>
    public void Reconfigure(DispatcherConfiguration configuration)
    {
        _policies = configuration;
        foreach (ModelPool pool in _pools.Values)
        {
            pool.Loop.Reconfigure(configuration with { WindowRequests = null });
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ModelPool pool in _pools.Values)
        {
            await pool.Loop.DisposeAsync().ConfigureAwait(false);
        }
    }
}
