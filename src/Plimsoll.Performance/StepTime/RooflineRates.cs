using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Models;

namespace Plimsoll.Performance.StepTime;

/// <summary>Rates that kernels reach on one GPU: peaks times efficiencies.</summary>
internal readonly struct RooflineRates
{
    public RooflineRates(RooflineInputs inputs)
    {
        GpuSpec gpu = inputs.Gpu;
        double weightReads = inputs.WeightReadEfficiency
            ?? Share(gpu.Achieved?.WeightReadBytesPerSecond, gpu.Memory.BandwidthBytesPerSecond)
            ?? RooflineInputs.DefaultEfficiency;
        double sixteenBit = inputs.ComputeEfficiency
            ?? Share(gpu.Achieved?.Bf16GemmOperationsPerSecond, gpu.Compute.SixteenBit)
            ?? RooflineInputs.DefaultEfficiency;
        double fp8 = inputs.ComputeEfficiency ?? Share(gpu.Achieved?.Fp8GemmOperationsPerSecond, gpu.Compute.Fp8) ?? sixteenBit;
        WeightReads = gpu.Memory.BandwidthBytesPerSecond * weightReads;
        KvReads = gpu.Memory.BandwidthBytesPerSecond * inputs.KvReadEfficiency;
        SixteenBit = gpu.Compute.SixteenBit * sixteenBit;
        Attention = gpu.Compute.SixteenBit * inputs.PrefillAttentionEfficiency;
        Dense = inputs.WeightFormat switch
        {
            WeightFormat.Fp8 when gpu.Compute.Fp8 is double rate => Math.Max(rate * fp8, SixteenBit),
            WeightFormat.Nvfp4 when gpu.Compute.Fp4 is double rate => Math.Max(rate * fp8, SixteenBit),
            WeightFormat.Int8 when gpu.Compute.Int8 is double rate => Math.Max(rate * sixteenBit, SixteenBit),
            _ => SixteenBit,
        };
    }

    /// <summary>Bytes per second at which weights and activations move.</summary>
    public double WeightReads { get; }

    /// <summary>Bytes per second at which decode attention reads the cache.</summary>
    public double KvReads { get; }

    /// <summary>Operations per second of 16-bit matrix products.</summary>
    public double SixteenBit { get; }

    /// <summary>
    /// Operations per second of matrix products in the format that the weights allow; 4-bit weights other than nvfp4 compute in 16 bit.
    /// </summary>
    public double Dense { get; }

    /// <summary>True when products run faster than in 16 bit, which takes quantised inputs.</summary>
    public bool RunsInEightBit => Dense > SixteenBit;

    /// <summary>Operations per second of prefill attention.</summary>
    public double Attention { get; }

    private static double? Share(double? achieved, double? peak) => achieved / peak;
}
