using Plimsoll.Calibration.Physics;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Models;
using Plimsoll.Performance.Sizing;

namespace Plimsoll.Calibration.Profiles;

/// <summary>What is being calibrated, as far as the user said.</summary>
public sealed record CalibrationTarget
{
    /// <summary>The model; null when not named.</summary>
    public ModelSpec? Model { get; init; }

    /// <summary>The GPU; null when not named.</summary>
    public GpuSpec? Gpu { get; init; }

    /// <summary>All accelerators, to know those that tables name themselves.</summary>
    public required PerformanceCatalog Catalog { get; init; }

    /// <summary>GPUs of the replica.</summary>
    public int TensorParallel { get; init; } = 1;

    /// <summary>Storage of the weights.</summary>
    public WeightFormat Weights { get; init; } = WeightFormat.Bf16;

    /// <summary>Storage of the cache.</summary>
    public KvFormat Kv { get; init; } = KvFormat.SixteenBit;

    /// <summary>Tokens that the cache holds, to turn a share into tokens; null when not known.</summary>
    public long? KvTokens { get; init; }

    /// <summary>Only rows with these values in these columns, of files that hold several configurations.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Where { get; init; } = [];

    /// <summary>Whether files of which many rows are impossible are used as they are.</summary>
    public bool KeepImpossible { get; init; }

    /// <summary>What no step can beat; null when model or GPU are not known.</summary>
    public PhysicalLimits? Limits => Model is null || Gpu is null
        ? null
        : PhysicalLimits.Of(Gpu, Model.Architecture, Weights, Kv, TensorParallel);
}
