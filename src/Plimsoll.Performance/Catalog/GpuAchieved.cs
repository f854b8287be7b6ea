namespace Plimsoll.Performance.Catalog;

/// <summary>Rates that large kernels reached in measurements (medians).</summary>
/// <param name="Bf16GemmOperationsPerSecond">Large bfloat16 matrix products.</param>
/// <param name="Fp8GemmOperationsPerSecond">Large 8-bit matrix products.</param>
/// <param name="WeightReadBytesPerSecond">Weights read by matrix products with few rows.</param>
/// <param name="Provenance">Where the numbers come from.</param>
public sealed record GpuAchieved(
    double? Bf16GemmOperationsPerSecond, double? Fp8GemmOperationsPerSecond, double? WeightReadBytesPerSecond, Provenance Provenance);
