using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Plimsoll.Benchmarks.Measuring;

/// <summary>What a number was measured on.</summary>
internal static class Machine
{
    /// <summary>The processor as it names itself.</summary>
    public static string Processor { get; } = FromCpuInfo() ?? FromBrand() ?? RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>The processor's name in letters, digits and hyphens, for a folder.</summary>
    public static string Slug => string.Join('-', new string([.. Processor.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : ' ')])
        .ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public static string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB; "
        + $"{RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}");

    private static string? FromCpuInfo() => !File.Exists("/proc/cpuinfo") ? null : File.ReadLines("/proc/cpuinfo")
        .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();

    private static string? FromBrand()
    {
        if (!X86Base.IsSupported)
        {
            return null;
        }

        var brand = new StringBuilder();
        for (int part = 0; part < 3; part++)
        {
            (int a, int b, int c, int d) = X86Base.CpuId(unchecked((int)0x80000002) + part, 0);
            brand.Append(Encoding.ASCII.GetString(MemoryMarshal.AsBytes<int>([a, b, c, d])));
        }

        return brand.ToString().Trim('\0', ' ');
    }
}
