namespace Plimsoll.Performance.Models;

/// <summary>How weights are stored.</summary>
public enum WeightFormat
{
    /// <summary>bfloat16, 2 bytes.</summary>
    Bf16,

    /// <summary>IEEE half, 2 bytes.</summary>
    Fp16,

    /// <summary>
    /// 8-bit floating point with one 32-bit scale per 128 x 128 block; embedding, head, norms and routers stay in 16 bit.
    /// </summary>
    Fp8,

    /// <summary>8-bit integers with the same scales and exceptions as <see cref="Fp8"/>.</summary>
    Int8,

    /// <summary>
    /// 4-bit integers with a 16-bit scale and zero point per 128 weights (4.25 bit), same exceptions; computes in 16 bit.
    /// </summary>
    Int4,

    /// <summary>
    /// Routed experts in 4-bit floating point with an 8-bit scale per 32 weights (4.25 bit), everything else in bfloat16.
    /// </summary>
    Mxfp4,

    /// <summary>
    /// 4-bit floating point with an 8-bit scale per 16 weights (4.5 bit), same exceptions as <see cref="Fp8"/>; computes in 4 bit where the
    /// device can, else in 16.
    /// </summary>
    Nvfp4,
}
