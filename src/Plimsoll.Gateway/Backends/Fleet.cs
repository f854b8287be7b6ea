using System.Collections.Frozen;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Gateway.Observing;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Wire;

namespace Plimsoll.Gateway.Backends;

/// <summary>
/// All backends: who is well, who serves which model, who takes how many requests. What probes and traffic say comes in here; what the
/// dispatchers must know of it goes out as windows and reports.
/// </summary>
internal sealed class Fleet(IReadOnlyList<Replica> replicas, ModelPools pools, GatewayClock clock, GatewayLog log)
{
    private readonly Lock _lock = new();
    private FrozenDictionary<string, ModelPool> _byModel = FrozenDictionary<string, ModelPool>.Empty;
    private ModelPool? _only;
    private ModelPool? _any;

    /// <summary>The replicas, by number.</summary>
    public IReadOnlyList<Replica> Replicas => replicas;

    /// <summary>Whether somebody takes requests.</summary>
    public bool Ready
    {
        get
        {
            lock (_lock)
            {
                return replicas.Any(replica => replica.Pool is not null && replica.Gate.Window(clock.Now) is null or > 0);
            }
        }
    }

    /// <summary>The policies that apply.</summary>
    public DispatcherConfiguration Policies => pools.Policies;

    /// <summary>Whether every replica has said what it serves, so that a model that is not found is not there.</summary>
    public bool KnowsAllModels => replicas.All(replica => replica.Pool is not null);

    /// <summary>The pool that serves a model; of an unnamed model, the only pool there is.</summary>
    public ModelPool? Find(string model) =>
        model.Length == 0 ? Volatile.Read(ref _only)
        : Volatile.Read(ref _byModel).TryGetValue(model, out ModelPool? pool) ? pool : Volatile.Read(ref _any);

    /// <summary>The pools, in order of name.</summary>
    public IReadOnlyList<ModelPool> Pools()
    {
        lock (_lock)
        {
            return [.. pools.All];
        }
    }

    /// <summary>A request ended there, or its attempt did: well or badly, as far as that is the replica's doing.</summary>
    public void Answered(int replica, bool well)
    {
        lock (_lock)
        {
            Replica member = replicas[replica];
            (bool wasUp, BreakerState was) = (member.Gate.Up, member.Gate.Breaker);
            member.Gate.Answered(well, clock.Now);
            TellWindow(member);
            log.Gate(member, wasUp, was);
        }
    }

    /// <summary>A probe came back.</summary>
    public void Probed(int replica, bool well)
    {
        lock (_lock)
        {
            Replica member = replicas[replica];
            (bool wasUp, BreakerState was) = (member.Gate.Up, member.Gate.Breaker);
            member.Gate.Probed(well, clock.Now);
            TellWindow(member);
            log.Gate(member, wasUp, was);
        }
    }

    /// <summary>A replica shall take nothing new, or take requests again.</summary>
    public void Drain(int replica, bool drains)
    {
        lock (_lock)
        {
            replicas[replica].Gate.Draining = drains;
            TellWindow(replicas[replica]);
            log.Draining(replicas[replica], drains);
        }
    }

    /// <summary>A replica said what it serves.</summary>
    public void Learned(int replica, EngineModels models)
    {
        lock (_lock)
        {
            Replica member = replicas[replica];
            ModelPool pool = pools.Of(models);
            bool isNew = member.Models is null || !member.Models.Entries.SequenceEqual(models.Entries);
            member.Models = models;
            ModelPool? left = member.Pool;
            if (left != pool)
            {
                left?.Loop.SetWindow(replica, 0);
                (member.Pool, member.ToldWindow) = (pool, 0);
                TellWindow(member);
            }

            if (isNew)
            {
                log.Models(member, models);
                Publish();
            }

            if (left is not null && replicas.All(other => other.Pool != left))
            {
                pools.Drop(left);
            }
        }
    }

    /// <summary>A replica said how busy it is.</summary>
    public void Loaded(int replica, in EngineLoad load)
    {
        lock (_lock)
        {
            replicas[replica].Load = load;
            replicas[replica].Pool?.Loop.Report(EngineMetrics.Report(replica, load, replicas[replica].InFlight));
        }
    }

    /// <summary>Other policies from now on.</summary>
    public void Reconfigure(DispatcherConfiguration configuration)
    {
        lock (_lock)
        {
            pools.Reconfigure(configuration);
            log.Policies(configuration);
        }
    }

    private void TellWindow(Replica replica)
    {
        int? window = replica.Gate.Window(clock.Now);
        if (replica.Pool is not null && window != replica.ToldWindow)
        {
            replica.ToldWindow = window;
            replica.Pool.Loop.SetWindow(replica.Backend.Replica, window);
        }
    }

    // Where two pools have the same model, the one with more replicas serves it.
    private void Publish()
    {
        Dictionary<string, ModelPool> byModel = new(StringComparer.Ordinal);
        foreach (IGrouping<ModelPool, Replica> members in replicas.Where(replica => replica.Pool is not null)
            .GroupBy(replica => replica.Pool!)
            .OrderByDescending(members => members.Count())
            .ThenBy(members => members.Key.Name, StringComparer.Ordinal))
        {
            foreach (KeyValuePair<string, string> entry in members.SelectMany(member => member.Models!.Entries))
            {
                byModel.TryAdd(entry.Key, members.Key);
            }
        }

        ModelPool[] used = [.. replicas.Select(replica => replica.Pool).OfType<ModelPool>().Distinct()];
        Volatile.Write(ref _byModel, byModel.ToFrozenDictionary(StringComparer.Ordinal));
        Volatile.Write(ref _only, used.Length == 1 ? used[0] : null);
        Volatile.Write(ref _any, used.FirstOrDefault(pool => pool.Name.Length == 0));
    }
}
