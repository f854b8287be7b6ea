using System.Globalization;

namespace Plimsoll.Performance.Catalog;

/// <summary>
/// Arithmetic that catches the usual mistakes in hardware tables: 2:4-sparse rates taken as dense, both directions of a link added up,
/// a wrong unit, one edition's number under another's name. Doubts are warnings: some devices really break a rule.
/// </summary>
public static class HardwareChecks
{
    private const double Tolerance = 0.03;

    /// <summary>
    /// Doubts about one accelerator: bf16 = 2 × tf32 = fp8 / 2, int8 = 2 × bf16, fp4 = 2 to 3 × fp8, units × operations per clock ×
    /// clock = fp16, all within 3 %; and, where the catalogue knows the device, numbers that differ from it by a factor of two.
    /// </summary>
    public static IReadOnlyList<HardwareDoubt> Warnings(GpuSpec gpu, GpuSpec? known = null)
    {
        List<HardwareDoubt> doubts = [];
        CheckRatios(gpu.Compute, doubts);
        CheckClocks(gpu, doubts);
        CheckBalance(gpu, doubts);
        if (known is not null)
        {
            CheckAgainstKnown(gpu, known, doubts);
        }

        return doubts;
    }

    private static void CheckRatios(GpuCompute compute, List<HardwareDoubt> doubts)
    {
        CheckRatio(compute.Tf32, compute.Bf16, 2, 2, "tf32", "bf16", doubts);
        CheckRatio(compute.SixteenBit, compute.Fp8, 2, 2, "16-bit", "fp8", doubts);
        CheckRatio(compute.SixteenBit, compute.Int8, 2, 4, "16-bit", "int8", doubts);
        CheckRatio(compute.Fp8, compute.Fp4, 2, 3.2, "fp8", "fp4", doubts);
    }

    private static void CheckRatio(
        double? narrow, double? wide, double least, double most, string narrowName, string wideName, List<HardwareDoubt> doubts)
    {
        if (narrow is not > 0 || wide is not double rate)
        {
            return;
        }

        double ratio = rate / narrow.Value;
        if (ratio < least * (1 - Tolerance) || ratio > most * (1 + Tolerance))
        {
            bool tooHigh = ratio > most * (1 + Tolerance);
            string sparse = tooHigh ? "; data sheets often print the rate with 2:4 sparsity, twice the dense one" : "";
            string expected = least == most ? Plain(least) : $"{Plain(least)} to {Plain(most)}";
            doubts.Add(new(
                $"compute.{wideName}_operations_per_second",
                $"is {Plain(ratio)} times the {narrowName} rate, {expected} is usual{sparse}"));
        }
    }

    private static void CheckClocks(GpuSpec gpu, List<HardwareDoubt> doubts)
    {
        if (gpu.Clocks is not GpuClocks clocks || (gpu.Compute.Fp16 ?? gpu.Compute.Bf16) is not double rate)
        {
            return;
        }

        double ratio = rate / clocks.Fp16OperationsPerSecond;
        if (Math.Abs(ratio - 1) > Tolerance)
        {
            string guess = Math.Abs(ratio - 2) < 2 * Tolerance ? ": is it the rate with 2:4 sparsity?" : "";
            doubts.Add(new(
                "compute.fp16_operations_per_second",
                $"is {Plain(ratio)} times units x operations per clock x clock{guess}"));
        }
    }

    /// <summary>Between 20 and 1,200 operations per byte at 16 bit lie all devices known; outside, a unit is probably wrong.</summary>
    private static void CheckBalance(GpuSpec gpu, List<HardwareDoubt> doubts)
    {
        double operationsPerByte = gpu.Compute.SixteenBit / gpu.Memory.BandwidthBytesPerSecond;
        if (operationsPerByte is < 20 or > 1_200)
        {
            doubts.Add(new(
                "memory.bandwidth_bytes_per_second",
                $"allows {Plain(operationsPerByte)} 16-bit operations per byte, 20 to 1200 is usual: is a unit wrong?"));
        }
    }

    private static void CheckAgainstKnown(GpuSpec gpu, GpuSpec known, List<HardwareDoubt> doubts)
    {
        CheckDouble(gpu.Compute.Bf16, known.Compute.Bf16, "compute.bf16_operations_per_second", "the rate with 2:4 sparsity", doubts);
        CheckDouble(gpu.Compute.Fp8, known.Compute.Fp8, "compute.fp8_operations_per_second", "the rate with 2:4 sparsity", doubts);
        CheckDouble(gpu.Compute.Fp4, known.Compute.Fp4, "compute.fp4_operations_per_second", "the rate with 2:4 sparsity", doubts);
        CheckDouble(
            gpu.Links.ScaleUpBytesPerSecond,
            known.Links.ScaleUpBytesPerSecond,
            "links.scale_up_bytes_per_second",
            "both directions together",
            doubts);
        if (gpu.Memory.UsableBytes > known.Memory.UsableBytes * (1 + Tolerance))
        {
            string seen = $"is more than the {known.Memory.UsableBytes} bytes that a framework sees on this device";
            doubts.Add(new("memory.usable_bytes", seen));
        }

        if (gpu.Memory.BandwidthBytesPerSecond > known.Memory.BandwidthBytesPerSecond * (1 + Tolerance))
        {
            string peak = $"is above the catalogue's {Plain(known.Memory.BandwidthBytesPerSecond / 1e9)}e9";
            doubts.Add(new("memory.bandwidth_bytes_per_second", peak));
        }
    }

    private static void CheckDouble(double? given, double? known, string field, string taken, List<HardwareDoubt> doubts)
    {
        if (given is double value && known is double reference && Math.Abs((value / reference) - 2) < 2 * Tolerance)
        {
            doubts.Add(new(field, $"is twice the catalogue's number: is it {taken}?"));
        }
    }

    private static string Plain(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
