using Plimsoll.Calibration.Fitting;
using Plimsoll.Calibration.Physics;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Models;
using Plimsoll.Performance.Sizing;

namespace Plimsoll.Calibration.Tests.Physics;

public sealed class PhysicalLimitsTests
{
    private static readonly PhysicalLimits Llama = PhysicalLimits.Of(
        CatalogReader.BuiltIn.FindGpu("h100-sxm-80gb")!,
        CatalogReader.BuiltIn.FindModel("llama-3.1-8b")!.Architecture,
        WeightFormat.Bf16,
        KvFormat.SixteenBit,
        1);

    [Fact]
    public void A_decode_step_reads_weights_and_cache_at_the_peak_bandwidth()
    {
        // 7.505 G parameters without the embedding at 2 bytes; 128 KiB for each of 100,000 tokens; 3.35 TB/s.
        StepObservation step = StepObservation.OfStep(0, 0, 0, 1, 100_000, 0.008);

        Assert.Equal(((2 * 7.505e9) + (131_072e5)) / 3.35e12, Llama.LeastSeconds(step), 1e-5);
        Assert.Contains("GB at 3.35 TB/s", Llama.WhyImpossible(step), StringComparison.Ordinal);
        Assert.Null(Llama.WhyImpossible(step with { Seconds = 0.0084 }));
    }

    [Fact]
    public void A_prefill_step_computes_at_the_peak_rate()
    {
        StepObservation step = StepObservation.OfStep(8_192, 1, 0, 0, 0, 0.1);

        Assert.Contains("TFLOP at 989 TFLOP/s", Llama.WhyImpossible(step), StringComparison.Ordinal);
        Assert.Null(Llama.WhyImpossible(step with { Seconds = 0.13 }));
    }

    [Fact]
    public void Only_the_experts_of_one_token_must_be_read()
    {
        PerformanceCatalog catalog = CatalogReader.BuiltIn;
        ModelArchitecture experts = catalog.FindModel("Qwen/Qwen3-30B-A3B")!.Architecture;
        var limits = PhysicalLimits.Of(catalog.FindGpu("h100-sxm-80gb")!, experts, WeightFormat.Bf16, KvFormat.SixteenBit, 1);

        Assert.InRange(limits.WeightBytes, 5e9, 7e9);
    }

    [Fact]
    public void Kernels_that_read_little_may_come_from_a_cache()
    {
        var limits = new KernelLimits(CatalogReader.BuiltIn.FindGpu("h100-sxm-80gb")!);

        Assert.Null(limits.WhyImpossible(50e6, 0, "bfloat16", 1e-5));
        Assert.Contains("5.80 TB/s", limits.WhyImpossible(580e6, 0, "bfloat16", 1e-4), StringComparison.Ordinal);
        Assert.Contains("TFLOP/s", limits.WhyImpossible(1, 2e12, "bfloat16", 1e-3), StringComparison.Ordinal);
        Assert.Null(limits.WhyImpossible(1, 1.5e12, "fp8", 1e-3));
    }
}
