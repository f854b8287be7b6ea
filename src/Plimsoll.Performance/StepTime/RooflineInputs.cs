using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Models;
using Plimsoll.Performance.Sizing;

namespace Plimsoll.Performance.StepTime;

/// <summary>What a roofline follows from. Efficiencies that are not given come from the catalogue's measurements, else from a default.</summary>
public sealed record RooflineInputs
{
    /// <summary>Share of a peak that large kernels reach where nothing was measured (aiconfigurator uses the same for memory).</summary>
    public const double DefaultEfficiency = 0.8;

    /// <summary>Share of the peak bandwidth at which decode attention reads the cache: 0.91 to 0.94 measured on one card, 0.72 to 0.89 on another.</summary>
    public const double DefaultKvReadEfficiency = 0.85;

    /// <summary>Share of the 16-bit peak that prefill attention reaches: 0.42 to 0.52 measured on one card.</summary>
    public const double DefaultPrefillAttentionEfficiency = 0.5;

    /// <summary>Launch gaps and small kernels of an engine with captured graphs, 0.3 to 1 ms by different measurements.</summary>
    public const double DefaultFixedSeconds = 0.0005;

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

    /// <summary>What a step costs beyond its kernels.</summary>
    public SizeClassConstants Fixed { get; init; } = SizeClassConstants.Same(DefaultFixedSeconds);

    /// <summary>Share of the compute peak that matrix products reach; null for the catalogue's.</summary>
    public double? ComputeEfficiency { get; init; }

    /// <summary>Share of the bandwidth at which weights are read; null for the catalogue's.</summary>
    public double? WeightReadEfficiency { get; init; }

    /// <summary>Share of the bandwidth at which decode attention reads the cache.</summary>
    public double KvReadEfficiency { get; init; } = DefaultKvReadEfficiency;

    /// <summary>Share of the 16-bit peak that prefill attention reaches.</summary>
    public double PrefillAttentionEfficiency { get; init; } = DefaultPrefillAttentionEfficiency;

    /// <summary>
    /// How much slower a context token is read in steps that mix prefill and decode; 0 for not at all. Kernels differ: 0.3 to 1 was
    /// measured on one card, none is known for others.
    /// </summary>
    public double MixedContextPenalty { get; init; }

    /// <summary>Everything that keeps this configuration from running, in plain words; empty when it can run.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        int heads = Model.AttentionHeads;
        if (TensorParallel < 1 || (heads > 0 && heads % TensorParallel != 0))
        {
            problems.Add($"{heads} attention heads cannot be split over {TensorParallel} GPUs");
        }
        else if (Model.KvHeads > 0 && Model.KvHeads % TensorParallel != 0 && TensorParallel % Model.KvHeads != 0)
        {
            problems.Add($"{Model.KvHeads} KV heads can be neither split over {TensorParallel} GPUs nor repeated evenly");
        }

        int domain = Math.Max(Gpu.Links.ScaleUpDevices, 8);
        if (TensorParallel > domain)
        {
            problems.Add($"tensor parallelism over {TensorParallel} GPUs leaves the domain of {domain}; crossing nodes is not modelled");
        }

        if (TensorParallel > 1 && Gpu.Links is { ScaleUpBytesPerSecond: null, PcieBytesPerSecond: null })
        {
            problems.Add($"{Gpu.Id} has no known link for tensor parallelism");
        }

        AddIfNoShare(ComputeEfficiency ?? 1, "compute efficiency", problems);
        AddIfNoShare(WeightReadEfficiency ?? 1, "weight-read efficiency", problems);
        AddIfNoShare(KvReadEfficiency, "KV-read efficiency", problems);
        AddIfNoShare(PrefillAttentionEfficiency, "prefill-attention efficiency", problems);
        if (!(MixedContextPenalty is >= 0 and <= 10))
        {
            problems.Add("the mixed-context penalty must be from 0 to 10");
        }

        return problems;
    }

    private static void AddIfNoShare(double share, string name, List<string> problems)
    {
        if (!(share is > 0 and <= 1))
        {
            problems.Add($"the {name} must be above 0 and at most 1");
        }
    }
}
