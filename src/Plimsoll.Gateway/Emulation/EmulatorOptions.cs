using Plimsoll.Serving.Replica;

namespace Plimsoll.Gateway.Emulation;

/// <summary>What an emulated model server is.</summary>
public sealed record EmulatorOptions
{
    /// <summary>The model it says it serves.</summary>
    public required string Model { get; init; }

    /// <summary>The engine: rules, memory, step times.</summary>
    public required ReplicaConfiguration Replica { get; init; }

    /// <summary>Lengths of outputs that no limit ends.</summary>
    public required OutputLengths Outputs { get; init; }

    /// <summary>Seconds of engine time in a second of the wall clock, positive.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Root of all dice.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Most tokens of prompt and output together, from 2; the KV memory may allow fewer.</summary>
    public int MaxModelTokens { get; init; } = 131_072;

    /// <summary>Most bytes of a request's body.</summary>
    public int MaxBodyBytes { get; init; } = 32 << 20;

    /// <summary>Most connections at the same time.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>Port at which KV cache events are published, 0 for any that is free; null for nowhere.</summary>
    public int? KvEventsPort { get; init; }

    /// <summary>Port at which those that were missed can be asked for, 0 for any that is free; null for nowhere.</summary>
    public int? KvReplayPort { get; init; }

    /// <summary>Faults from the start.</summary>
    public EmulatorFaults Faults { get; init; } = EmulatorFaults.None;

    /// <summary>Tokens that a request may really have: no more than the model's limit and than fit into the KV memory.</summary>
    public int MostTokens => (int)Math.Min(MaxModelTokens, Math.Min(int.MaxValue / Replica.BlockTokens, Replica.KvBlocks) * Replica.BlockTokens);
}
