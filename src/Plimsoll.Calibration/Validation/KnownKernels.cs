using Plimsoll.Performance.Catalog;

namespace Plimsoll.Calibration.Validation;

/// <summary>
/// What operator profiles say of a GPU's kernels beyond the catalogue. Not from the runs that predictions are held against.
/// </summary>
internal static class KnownKernels
{
    /// <summary>
    /// How much slower decode attention is in steps that also prefill: on RTX PRO 6000 kernel profiles show 0.3 more with 32 decodes, 0.4
    /// with 64 and 0.7 to 1.0 with 128; the lower end at 128 is taken. Nothing is known of other cards, and 0 is used.
    /// </summary>
    public static double MixedContextPenalty(GpuSpec gpu) => gpu.Id.StartsWith("rtx-pro-6000", StringComparison.Ordinal) ? 0.7 : 0;
}
