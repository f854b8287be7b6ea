using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Models;
using Plimsoll.Performance.Sizing;

namespace Plimsoll.Performance.StepTime;

/// <summary>
/// What a roofline follows from. Efficiencies that are not given come from the catalogue's measurements, else from a default.
/// </summary>
public sealed record RooflineInputs
{
    /// <summary>Share of a peak that large kernels reach where nothing was measured (aiconfigurator uses the same for memory).</summary>
    public const double DefaultEfficiency = 0.8;

    /// <summary>
    /// Share of the peak bandwidth at which decode attention reads the cache: 0.91 to 0.94 measured on one card, 0.72 to 0.89 on another.
    /// </summary>
    public const double DefaultKvReadEfficiency = 0.85;

    /// <summary>Share of the 16-bit peak that prefill attention reaches: 0.42 to 0.52 measured on one card.</summary>
    public const double DefaultPrefillAttentionEfficiency = 0.5;

    /// <summary>What an engine with captured graphs adds to a step whatever the model; 0.3 ms was measured on an 8B model.</summary>
    public const double DefaultFixedSeconds = 0.0003;

    /// <summary>
    /// Time that the kernels of a layer take however small the step: decode attention about 10 us, norms, rotary and activation about
    /// 10 us, ramps of the matrix products the rest, as far as the weight-read efficiency does not hold them already.
    /// </summary>
    public const double DefaultLayerSeconds = 25e-6;

    /// <summary>What routing and gathering add in an expert layer: 18 to 35 us beyond the read of the experts in kernel profiles.</summary>
    public const double DefaultExpertLayerSeconds = 25e-6;

    /// <summary>
    /// What four 8-bit products of a layer take beyond 16-bit ones, above all to quantise their inputs: 3 us each in kernel tables.
    /// </summary>
    public const double DefaultEightBitLayerSeconds = 12e-6;

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

    /// <summary>
    /// Replicas of this kind that share one set of routed experts, each holding a part and computing the tokens of all; they are assumed to
    /// carry equal numbers of tokens. 1 when each has its own.
    /// </summary>
    public int ExpertRanks { get; init; } = 1;

    /// <summary>What a step costs beyond its kernels.</summary>
    public SizeClassConstants Fixed { get; init; } = SizeClassConstants.Same(DefaultFixedSeconds);

    /// <summary>Seconds that each layer takes however small the step.</summary>
    public double LayerSeconds { get; init; } = DefaultLayerSeconds;

    /// <summary>Seconds that each expert layer takes on top of <see cref="LayerSeconds"/>.</summary>
    public double ExpertLayerSeconds { get; init; } = DefaultExpertLayerSeconds;

    /// <summary>Seconds that each layer takes on top of <see cref="LayerSeconds"/> when its products run in 8 bit.</summary>
    public double EightBitLayerSeconds { get; init; } = DefaultEightBitLayerSeconds;

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

    /// <summary>Graphs the engine replays steps from, padding them; null when it launches every step as it is.</summary>
    public CapturedGraphs? Graphs { get; init; }

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

        if (ExpertRanks < 1)
        {
            problems.Add("the ranks that share experts must be at least 1");
        }

        if (TensorParallel * ExpertRanks > 1 && Gpu.Links is { ScaleUpBytesPerSecond: null, PcieBytesPerSecond: null })
        {
            problems.Add($"{Gpu.Id} has no known link for more than one GPU");
        }

        AddIfNoShare(ComputeEfficiency ?? 1, "compute efficiency", problems);
        AddIfNoShare(WeightReadEfficiency ?? 1, "weight-read efficiency", problems);
        AddIfNoShare(KvReadEfficiency, "KV-read efficiency", problems);
        AddIfNoShare(PrefillAttentionEfficiency, "prefill-attention efficiency", problems);
        if (!(MixedContextPenalty is >= 0 and <= 10))
        {
            problems.Add("the mixed-context penalty must be from 0 to 10");
        }

        if (!(LayerSeconds is >= 0 and <= 1) || !(ExpertLayerSeconds is >= 0 and <= 1) || !(EightBitLayerSeconds is >= 0 and <= 1))
        {
            problems.Add("the seconds per layer must be from 0 to 1");
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
