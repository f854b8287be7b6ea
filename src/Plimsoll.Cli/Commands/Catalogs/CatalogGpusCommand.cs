using System.CommandLine;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance.Catalog;

namespace Plimsoll.Cli.Commands.Catalogs;

/// <summary><c>plimsoll catalog gpus</c>: the GPUs Plimsoll knows.</summary>
internal static class CatalogGpusCommand
{
    private const string Help = """
        GPUs: memory, bandwidth, peak rates, links, power, prices with their date, and where the numbers come from.
        Rates are dense, links count one direction.

        Examples:
          plimsoll catalog gpus
          plimsoll catalog gpus h100
          plimsoll catalog gpus --catalog mine.json --json
        """;

    private const string NotVerified = "*";

    private static readonly string[] Headings =
        ["name", "memory", "GB/s", "16-bit TFLOP/s", "fp8 TFLOP/s", "links GB/s", "watts", "$/h low", "$/h median"];

    public static Command Create()
    {
        Argument<string?> name = Arg.Optional("NAME", "One GPU, by any of its names (default: all).");
        Option<string?> file = new FleetOptions().Catalog;
        Option<bool> json = new OutputOptions().Json;
        var command = new Command("gpus", Help) { name, file, json };
        command.SetAction(parsed => Run(parsed.GetValue(name), parsed.GetValue(file), parsed.GetValue(json)));
        return command;
    }

    private static int Run(string? name, string? file, bool json)
    {
        var problems = new InputProblems();
        PerformanceCatalog? catalog = Hardware.CatalogOf(file, problems);
        GpuSpec? one = name is null ? null : catalog?.FindGpu(name);
        if (catalog is not null && name is not null && one is null)
        {
            problems.Add("NAME", catalog.UnknownGpu(name));
        }

        if (catalog is null || problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        if (json)
        {
            MachineOutput.Write(writer => GpuJson.Write(writer, catalog, one is null ? catalog.Gpus : [one]));
        }
        else if (one is not null)
        {
            Print(Console.Out, one, catalog);
        }
        else
        {
            TextTable.Write(Console.Out, [Headings, .. catalog.Gpus.Select(Row)]);
            Console.Out.Write($"\n  {NotVerified} not verified; prices are of {PriceDays(catalog)}\n");
        }

        return ExitCode.Done;
    }

    private static string PriceDays(PerformanceCatalog catalog)
    {
        IEnumerable<DateOnly> days = catalog.Gpus.Select(gpu => gpu.Price).OfType<GpuPrice>().Select(price => price.Date);
        return string.Join(", ", days.Distinct().Order().Select(CatalogJson.DayOf));
    }

    private static string[] Row(GpuSpec gpu) =>
    [
        gpu.Id,
        Units.Bytes(gpu.Memory.UsableBytes) + Doubt(gpu.Memory.Provenance, "usable_bytes"),
        Cell(gpu.Memory.BandwidthBytesPerSecond / 1e9, gpu.Memory.Provenance, "bandwidth_bytes_per_second"),
        Cell(gpu.Compute.SixteenBit / 1e12, gpu.Compute.Provenance, SixteenBitField(gpu.Compute)),
        Cell(gpu.Compute.Fp8 / 1e12, gpu.Compute.Provenance, "fp8_operations_per_second"),
        Cell(gpu.Links.ScaleUpBytesPerSecond / 1e9, gpu.Links.Provenance, "scale_up_bytes_per_second"),
        Cell(gpu.Power.LimitWatts, gpu.Power.Provenance, "limit_watts"),
        gpu.Price is { } low ? Cell(low.LowDollarsPerHour, low.Provenance, "low_dollars_per_hour") : Units.None,
        gpu.Price is { } median ? Cell(median.MedianDollarsPerHour, median.Provenance, "median_dollars_per_hour") : Units.None,
    ];

    private static string SixteenBitField(GpuCompute compute) => (compute.Bf16 is null ? "fp16" : "bf16") + "_operations_per_second";

    private static string Cell(double? value, Provenance provenance, string field) =>
        value is { } number ? Units.Number(number) + Doubt(provenance, field) : Units.None;

    private static string Doubt(Provenance provenance, string field) => provenance.IsVerified(field) ? "" : NotVerified;

    private static void Print(TextWriter output, GpuSpec gpu, PerformanceCatalog catalog)
    {
        var sheet = new FactSheet();
        sheet.Add("product", $"{gpu.Name} ({gpu.Vendor} {gpu.Architecture})");
        sheet.Add("aliases", string.Join(", ", gpu.Aliases));
        sheet.AddBytes($"memory, {gpu.Memory.Kind}", gpu.Memory.UsableBytes);
        sheet.AddRate("bandwidth", gpu.Memory.BandwidthBytesPerSecond, "GB/s");
        sheet.AddProvenance(gpu.Memory.Provenance, catalog.Sources, "gpus");
        foreach ((string format, double? rate) in GpuJson.RatesOf(gpu.Compute))
        {
            sheet.AddRate($"peak {format}", rate / 1e3, "TFLOP/s");
        }

        sheet.AddProvenance(gpu.Compute.Provenance, catalog.Sources, "gpus");
        AddAchieved(sheet, gpu, catalog);
        AddLinks(sheet, gpu.Links, catalog);
        sheet.Add("power limit", gpu.Power.LimitWatts is { } limit ? Units.Number(limit) + " W" : null);
        sheet.Add("idle", gpu.Power.IdleWatts is { } idle ? Units.Number(idle) + " W" : null);
        sheet.Add("idle, model loaded", gpu.Power.IdleLoadedWatts is { } loaded ? Units.Number(loaded) + " W" : null);
        sheet.AddProvenance(gpu.Power.Provenance, catalog.Sources, "gpus");
        AddPrice(sheet, gpu.Price, catalog);
        sheet.Write(output, gpu.Id);
    }

    private static void AddAchieved(FactSheet sheet, GpuSpec gpu, PerformanceCatalog catalog)
    {
        if (gpu.Achieved is { } achieved)
        {
            sheet.AddRate("measured bf16", achieved.Bf16GemmOperationsPerSecond / 1e3, "TFLOP/s");
            sheet.AddRate("measured fp8", achieved.Fp8GemmOperationsPerSecond / 1e3, "TFLOP/s");
            sheet.AddRate("measured weight reads", achieved.WeightReadBytesPerSecond, "GB/s");
            sheet.AddProvenance(achieved.Provenance, catalog.Sources, "gpus");
        }
    }

    private static void AddLinks(FactSheet sheet, GpuLinks links, PerformanceCatalog catalog)
    {
        sheet.AddRate($"links, {links.ScaleUpKind}", links.ScaleUpBytesPerSecond, $"GB/s among {links.ScaleUpDevices}");
        sheet.AddRate("PCIe", links.PcieBytesPerSecond, "GB/s");
        sheet.AddRate("host to device", links.PcieHostToDeviceBytesPerSecond, "GB/s");
        sheet.AddRate("network", links.ScaleOutBytesPerSecond, "GB/s");
        sheet.AddProvenance(links.Provenance, catalog.Sources, "gpus");
    }

    private static void AddPrice(FactSheet sheet, GpuPrice? price, PerformanceCatalog catalog)
    {
        if (price is null)
        {
            return;
        }

        string median = price.MedianDollarsPerHour is { } middle ? $", median {Units.Number(middle)}" : "";
        string range = $"{Units.Number(price.LowDollarsPerHour)} to {Units.Number(price.HighDollarsPerHour)} $/h";
        sheet.Add($"price on {CatalogJson.DayOf(price.Date)}", range + median);
        string spot = price.SpotMedianDollarsPerHour is { } spotMedian ? $", median {Units.Number(spotMedian)}" : "";
        sheet.Add("  interruptible", price.SpotLowDollarsPerHour is { } spotLow ? $"from {Units.Number(spotLow)} $/h{spot}" : null);
        sheet.AddProvenance(price.Provenance, catalog.Sources, "gpus");
    }
}
