using System.Collections.Frozen;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Gateway.Observing;
using Plimsoll.Wire;

namespace Plimsoll.Gateway.Backends;

/// <summary>
/// All backends: who is well, who serves which model, who takes how many requests. What probes and traffic say comes in here; what the
/// dispatchers must know of it goes out as windows and reports. Backends come and go; each has a place, whose number is the dispatchers'
/// name for it, until it has left and ended what it had.
/// </summary>
/// <param name="places">Most backends at a time.</param>
/// <param name="gate">The gate of a backend that is new; its window comes from the policies.</param>
/// <param name="pools">The dispatchers.</param>
/// <param name="clock">The gateway's clock.</param>
/// <param name="policies">What is decided by at first.</param>
/// <param name="log">Hears what happens to replicas.</param>
/// <param name="told">
/// Makes of the hashes of cached prefixes those that the dispatchers are told of; null if they are not, because no request brings such
/// hashes.
/// </param>
internal sealed partial class Fleet(
    int places,
    Func<ReplicaGate> gate,
    ModelPools pools,
    GatewayClock clock,
    ServingPolicies policies,
    GatewayLog log,
    Func<ulong[], ulong[]>? told = null)
{
    private readonly Lock _lock = new();
    private readonly Replica?[] _places = new Replica?[places];
    private Replica[] _replicas = [];

    // Those that found no place yet, because others still end what they have.
    private List<Backend> _waiting = [];
    private FrozenDictionary<string, ModelPool> _byModel = FrozenDictionary<string, ModelPool>.Empty;
    private ModelPool? _only;
    private ModelPool? _any;
    private ServingPolicies _policies = policies;

    /// <summary>Most backends at a time.</summary>
    public int Places => _places.Length;

    /// <summary>The replicas there are, in order of their numbers.</summary>
    public IReadOnlyList<Replica> Replicas => Volatile.Read(ref _replicas);

    /// <summary>What is decided by now.</summary>
    public ServingPolicies Policies => Volatile.Read(ref _policies);

    /// <summary>Whether somebody takes requests.</summary>
    public bool Ready
    {
        get
        {
            lock (_lock)
            {
                return _replicas.Any(replica => replica.Pool is not null && replica.Gate.Window(clock.Now) is null or > 0);
            }
        }
    }

    /// <summary>Whether every replica has said what it serves, so that a model that is not found is not there.</summary>
    public bool KnowsAllModels => Replicas.All(replica => replica.Pool is not null);

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

    /// <summary>The replica that has a number; whoever sent it a request may ask until that has ended.</summary>
    public Replica At(int number) => _places[number]!;

    /// <summary>
    /// These are the backends from now on, whatever their numbers say. Those that were there stay as they are; those that are not named
    /// finish what they have.
    /// </summary>
    /// <returns>The replicas that are new; those for which there is no place wait for one.</returns>
    public IReadOnlyList<Replica> Set(IReadOnlyList<Backend> wanted)
    {
        lock (_lock)
        {
            List<Backend> missing = [.. wanted];
            foreach (Replica replica in _replicas)
            {
                int at = missing.FindIndex(replica.Backend.IsSameAs);
                if (at >= 0 && !replica.Leaving)
                {
                    missing.RemoveAt(at);
                }
                else
                {
                    (replica.Leaving, replica.Gate.Draining) = (true, true);
                    TellWindow(replica);
                }
            }

            _waiting = missing;
            return Place();
        }
    }

    /// <summary>A replica that was leaving has ended what it had: its place is free.</summary>
    /// <returns>The replicas that found a place thereby.</returns>
    public IReadOnlyList<Replica> Remove(Replica replica)
    {
        lock (_lock)
        {
            _places[replica.Backend.Replica] = null;
            ModelPool? left = replica.Pool;
            replica.Pool = null;
            List<Replica> added = Place();
            Publish();
            DropIfEmpty(left);
            return added;
        }
    }

    /// <summary>A request ended there, or its attempt did: well or badly, as far as that is the replica's doing.</summary>
    public void Answered(int replica, bool well)
    {
        lock (_lock)
        {
            Replica member = At(replica);
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
            Replica member = At(replica);
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
            At(replica).Gate.Draining = drains || At(replica).Leaving;
            TellWindow(At(replica));
            log.Draining(At(replica), drains);
        }
    }

    /// <summary>A replica said what it serves.</summary>
    public void Learned(int replica, EngineModels models)
    {
        lock (_lock)
        {
            Replica member = At(replica);
            ModelPool pool = pools.Of(models);
            bool isNew = member.Models is null || !member.Models.Entries.SequenceEqual(models.Entries);
            member.Models = models;
            ModelPool? left = member.Pool;
            if (left != pool)
            {
                left?.Loop.SetWindow(replica, 0);
                left?.Loop.Forget(replica, 0);
                (member.Pool, member.ToldWindow) = (pool, 0);
                TellWindow(member);
                TellPrefixes(member);
            }

            if (isNew)
            {
                log.Models(member, models);
                Publish();
            }

            DropIfEmpty(left);
        }
    }

    /// <summary>A replica said how busy it is.</summary>
    public void Loaded(int replica, in EngineLoad load)
    {
        lock (_lock)
        {
            Replica member = At(replica);
            member.Load = load;
            (int mostInFlight, double? firstTokenSeconds) = member.TakeSeen();
            if (member.Adaptive is { } window)
            {
                window.Look(load.WaitingRequests, mostInFlight, firstTokenSeconds);
                member.Gate.SetWindow(window.Requests);
                TellWindow(member);
            }

            member.Pool?.Loop.Report(EngineMetrics.Report(replica, load, member.InFlight));
        }
    }

    /// <summary>A replica has lost what it had cached, or all but so many tokens of it.</summary>
    public void Forgot(Replica replica, long keptTokens)
    {
        lock (_lock)
        {
            replica.Pool?.Loop.Forget(replica.Backend.Replica, keptTokens);
        }
    }

    /// <summary>The KV events of a replica come no more: what it has cached is not known.</summary>
    public void LostEvents(Replica replica, string why)
    {
        Forgot(replica, keptTokens: 0);
        log.LostEvents(replica, why);
    }

    /// <summary>A replica could not be asked for the KV events that were missed.</summary>
    public void NotReplayed(Replica replica, string why) => log.NotReplayed(replica, why);

    /// <summary>Other policies from now on. Windows that adapt already go on from where they are.</summary>
    public void Reconfigure(ServingPolicies policies)
    {
        lock (_lock)
        {
            bool wanted = WantsPrefixes;
            Volatile.Write(ref _policies, policies);
            pools.Reconfigure(policies.Dispatch);
            log.Policies(policies);
            foreach (Replica replica in _replicas)
            {
                SetWindow(replica);
                TellWindow(replica);
                if (!wanted)
                {
                    TellPrefixes(replica);
                }
            }
        }
    }

    private void SetWindow(Replica replica)
    {
        replica.Adaptive = _policies.AdaptsWindows ? replica.Adaptive ?? new AdaptiveWindow() : null;
        replica.Gate.SetWindow(replica.Adaptive is { } window ? window.Requests : _policies.Dispatch.WindowRequests);
    }

    private void DropIfEmpty(ModelPool? pool)
    {
        if (pool is not null && _replicas.All(other => other.Pool != pool))
        {
            pools.Drop(pool);
        }
    }

    private List<Replica> Place()
    {
        List<Replica> added = [];
        for (int place = Array.IndexOf(_places, null); place >= 0 && _waiting.Count > 0; place = Array.IndexOf(_places, null))
        {
            var replica = new Replica(_waiting[0] with { Replica = place }, gate());
            SetWindow(replica);
            _places[place] = replica;
            added.Add(replica);
            _waiting.RemoveAt(0);
        }

        Volatile.Write(ref _replicas, [.. _places.OfType<Replica>()]);
        return added;
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
        foreach (IGrouping<ModelPool, Replica> members in _replicas.Where(replica => replica.Pool is not null)
            .GroupBy(replica => replica.Pool!)
            .OrderByDescending(members => members.Count())
            .ThenBy(members => members.Key.Name, StringComparer.Ordinal))
        {
            foreach (KeyValuePair<string, string> entry in members.SelectMany(member => member.Models!.Entries))
            {
                byModel.TryAdd(entry.Key, members.Key);
            }
        }

        ModelPool[] used = [.. _replicas.Select(replica => replica.Pool).OfType<ModelPool>().Distinct()];
        Volatile.Write(ref _byModel, byModel.ToFrozenDictionary(StringComparer.Ordinal));
        Volatile.Write(ref _only, used.Length == 1 ? used[0] : null);
        Volatile.Write(ref _any, used.FirstOrDefault(pool => pool.Name.Length == 0));
    }
}
