using Plimsoll.Gateway.Dispatching;
using Plimsoll.Wire;

namespace Plimsoll.Gateway.Backends;

/// <summary>What the gateway knows of one backend. Everything but the count in flight is the fleet's to change, under its lock.</summary>
internal sealed class Replica(Backend backend, ReplicaGate gate)
{
    private int _inFlight;

    public Backend Backend => backend;

    public ReplicaGate Gate => gate;

    /// <summary>Whether it has left the configuration and only ends what it has.</summary>
    public bool Leaving { get; set; }

    /// <summary>Its models; null as long as it has not said.</summary>
    public EngineModels? Models { get; set; }

    /// <summary>Where it serves; null as long as its models are not known.</summary>
    public ModelPool? Pool { get; set; }

    /// <summary>Its load as last heard; null before that.</summary>
    public EngineLoad? Load { get; set; }

    /// <summary>The window that the pool was told last; 0 for a new pool.</summary>
    public int? ToldWindow { get; set; } = 0;

    /// <summary>Requests sent there and not yet ended.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    public void Sent() => Interlocked.Increment(ref _inFlight);

    public void Ended() => Interlocked.Decrement(ref _inFlight);
}
