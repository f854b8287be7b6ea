using System.Globalization;
using Plimsoll.Performance.Catalog;

namespace Plimsoll.Calibration.Physics;

/// <summary>What no kernel on a GPU can beat: its arithmetic at the peak rate, and its reads at the peak bandwidth.</summary>
/// <param name="gpu">The GPU it ran on.</param>
public sealed class KernelLimits(GpuSpec gpu)
{
    /// <summary>Kernels that read less may find their operands in a cache on the chip, which is faster than the memory.</summary>
    public const double LeastBytes = 200e6;

    private const double Tolerance = 0.02;

    /// <summary>Why a kernel cannot have been so fast; null when it can.</summary>
    /// <param name="bytes">Read once at least.</param>
    /// <param name="operations">Two for a multiply-add.</param>
    /// <param name="format">Format of the arithmetic, as tables name it, such as <c>bfloat16</c> or <c>fp8</c>.</param>
    /// <param name="seconds">Time measured.</param>
    public string? WhyImpossible(double bytes, double operations, string format, double seconds)
    {
        double bandwidth = gpu.Memory.BandwidthBytesPerSecond;
        if (bytes > LeastBytes && bytes / seconds > bandwidth * (1 + Tolerance))
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"reads {bytes / 1e9:0.00} GB at {bytes / seconds / 1e12:0.00} TB/s; {gpu.Id} has {bandwidth / 1e12:0.00}");
        }

        double rate = PeakOf(format);
        return rate > 0 && operations / seconds > rate * (1 + Tolerance)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"computes at {operations / seconds / 1e12:0} TFLOP/s; {gpu.Id} has {rate / 1e12:0} in {format}")
            : null;
    }

    private double PeakOf(string format) => format switch
    {
        "bfloat16" or "float16" or "half" => gpu.Compute.SixteenBit,
        "fp8" or "fp8_block" or "int8" => Math.Max(gpu.Compute.Fp8 ?? 0, gpu.Compute.Int8 ?? 0),
        _ => 0,
    };
}
