namespace Plimsoll.Performance.Catalog;

/// <summary>Dense peak rates in operations per second; null where the device lacks the format.</summary>
/// <param name="Fp32">32-bit floating point outside matrix units.</param>
/// <param name="Tf32">19-bit floating point in matrix units.</param>
/// <param name="Bf16">bfloat16.</param>
/// <param name="Fp16">IEEE half.</param>
/// <param name="Fp8">8-bit floating point.</param>
/// <param name="Int8">8-bit integers.</param>
/// <param name="Fp4">4-bit floating point.</param>
/// <param name="Provenance">Where the numbers come from.</param>
public sealed record GpuCompute(
    double? Fp32, double? Tf32, double? Bf16, double? Fp16, double? Fp8, double? Int8, double? Fp4, Provenance Provenance)
{
    /// <summary>The 16-bit rate that models run at: bfloat16, else half.</summary>
    public double SixteenBit => Bf16 ?? Fp16 ?? 0;
}
