using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Models;

namespace Plimsoll.Performance.Sizing;

/// <summary>What the memory budget of one replica follows from. Defaults are those of a vLLM server.</summary>
public sealed record KvSizingInputs
{
    /// <summary>NCCL buffers on two GPUs (aiconfigurator).</summary>
    private const long TwoGpuCollectiveBytes = 358_612_992;

    /// <summary>NCCL buffers on four or more GPUs (aiconfigurator).</summary>
    private const long ManyGpuCollectiveBytes = 411_041_792;

    /// <summary>The accelerator.</summary>
    public required GpuSpec Gpu { get; init; }

    /// <summary>The model.</summary>
    public required ModelArchitecture Model { get; init; }

    /// <summary>Storage of the weights.</summary>
    public required WeightFormat WeightFormat { get; init; }

    /// <summary>Storage of the cache.</summary>
    public KvFormat KvFormat { get; init; } = KvFormat.SixteenBit;

    /// <summary>GPUs of a replica, all tensor parallel.</summary>
    public int TensorParallel { get; init; } = 1;

    /// <summary>Share of the memory that the engine may use, above 0 and up to 1.</summary>
    public double MemoryUtilization { get; init; } = 0.9;

    /// <summary>Most sequences in a step; sizes the logits.</summary>
    public int MaxSequences { get; init; } = 256;

    /// <summary>Most tokens in a step; sizes the activations.</summary>
    public int TokenBudget { get; init; } = 2_048;

    /// <summary>Tokens per KV block.</summary>
    public int BlockTokens { get; init; } = 16;

    /// <summary>
    /// Device context, kernels, graphs and fragmentation, in bytes. 1 GiB: between the 0.2 and 1.8 GiB that engine logs show.
    /// </summary>
    public long EngineReserveBytes { get; init; } = 1L << 30;

    /// <summary>
    /// Mean context of a sequence in tokens, for engines that free tokens behind a window: the cache of a windowed layer is then
    /// counted up to its window only. 0 counts every token in every layer.
    /// </summary>
    public long MeanContextTokens { get; init; }

    /// <summary>Buffers of the collective library, from <see cref="TensorParallel"/>.</summary>
    public long CollectiveBytes => TensorParallel switch
    {
        1 => 0,
        2 => TwoGpuCollectiveBytes,
        _ => ManyGpuCollectiveBytes,
    };
}
