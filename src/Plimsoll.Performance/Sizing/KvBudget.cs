namespace Plimsoll.Performance.Sizing;

/// <summary>Where the memory of one GPU goes, term by term, and how many KV tokens remain for the replica.</summary>
public sealed record KvBudget
{
    /// <summary>What the framework sees on the device.</summary>
    public required long TotalBytes { get; init; }

    /// <summary>What the engine may use: the total times the utilization, rounded up.</summary>
    public required long RequestedBytes { get; init; }

    /// <summary>Weights on this GPU.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Logits of a full batch and the sampler's copy.</summary>
    public required long LogitsBytes { get; init; }

    /// <summary>Activations of a step with the full token budget.</summary>
    public required long ActivationBytes { get; init; }

    /// <summary>Device context, kernels, graphs, fragmentation.</summary>
    public required long EngineReserveBytes { get; init; }

    /// <summary>Buffers of the collective library.</summary>
    public required long CollectiveBytes { get; init; }

    /// <summary>Left for the cache; negative when the rest does not fit.</summary>
    public long AvailableBytes =>
        RequestedBytes - WeightBytes - LogitsBytes - ActivationBytes - EngineReserveBytes - CollectiveBytes;

    /// <summary>What a sequence costs on this GPU.</summary>
    public required KvLayout Layout { get; init; }

    /// <summary>Bytes counted per token: full, or averaged over a context when tokens behind windows are freed.</summary>
    public required long BytesPerToken { get; init; }

    /// <summary>Tokens per block.</summary>
    public required int BlockTokens { get; init; }

    /// <summary>Whole blocks that fit; 0 when infeasible, <see cref="long.MaxValue"/> / block for a model without a cache.</summary>
    public required long Blocks { get; init; }

    /// <summary>KV tokens of the replica (every GPU holds its share of each).</summary>
    public long Tokens => Blocks * BlockTokens;

    /// <summary>Sequences whose constant states alone fill the available bytes; <see cref="long.MaxValue"/> without such states.</summary>
    public required long MaxSequencesByState { get; init; }

    /// <summary>Why nothing is left for the cache; null when something is.</summary>
    public required string? InfeasibleReason { get; init; }

    /// <summary>True when at least one block, or one state, fits.</summary>
    public bool IsFeasible => InfeasibleReason is null;
}
