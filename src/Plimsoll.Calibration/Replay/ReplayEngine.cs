using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Calibration.Replay;

/// <summary>The engine that served the measured requests, but for the time of its steps.</summary>
public sealed record ReplayEngine
{
    /// <summary>How it composes batches.</summary>
    public required BatchingRules Rules { get; init; }

    /// <summary>KV blocks of each rank, from 1.</summary>
    public long KvBlocks { get; init; } = ReplicaConfiguration.UnlimitedKvBlocks;

    /// <summary>Tokens in a block, from 1.</summary>
    public int BlockTokens { get; init; } = 16;

    /// <summary>Data-parallel ranks, from 1.</summary>
    public int Ranks { get; init; } = 1;

    /// <summary>Whether ranks run their steps together, as those of a model with experts do.</summary>
    public bool Lockstep { get; init; }

    /// <summary>Time from a request's arrival to the engine, in seconds: tokenizer, queue and wake-up of the engine process.</summary>
    public double FrontEndSeconds { get; init; } = 0.001;
}
