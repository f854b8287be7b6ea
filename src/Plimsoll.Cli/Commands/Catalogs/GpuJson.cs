using System.Text.Json;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance.Catalog;

namespace Plimsoll.Cli.Commands.Catalogs;

/// <summary>GPUs as JSON.</summary>
internal static class GpuJson
{
    /// <summary>Peak rates by format, null where the device lacks it.</summary>
    public static IEnumerable<(string Format, double? OperationsPerSecond)> RatesOf(GpuCompute compute) =>
    [
        ("fp32", compute.Fp32),
        ("tf32", compute.Tf32),
        ("bf16", compute.Bf16),
        ("fp16", compute.Fp16),
        ("fp8", compute.Fp8),
        ("int8", compute.Int8),
        ("fp4", compute.Fp4),
    ];

    public static void Write(Utf8JsonWriter writer, PerformanceCatalog catalog, IReadOnlyList<GpuSpec> gpus)
    {
        writer.WriteStartArray("gpus");
        foreach (GpuSpec gpu in gpus)
        {
            writer.WriteStartObject();
            writer.WriteString("name", gpu.Id);
            writer.WriteString("product", gpu.Name);
            JsonReport.WriteStrings(writer, "aliases", gpu.Aliases);
            writer.WriteString("vendor", gpu.Vendor);
            writer.WriteString("architecture", gpu.Architecture);
            WriteMemory(writer, gpu.Memory);
            WriteCompute(writer, gpu.Compute);
            WriteLinks(writer, gpu.Links);
            WritePower(writer, gpu.Power);
            WriteDecodePower(writer, gpu.DecodePower);
            WritePrice(writer, gpu.Price);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        CatalogJson.WriteSources(writer, catalog, "gpus");
    }

    private static void WriteMemory(Utf8JsonWriter writer, GpuMemory memory)
    {
        writer.WriteStartObject("memory");
        writer.WriteString("kind", memory.Kind);
        writer.WriteNumber("usable_bytes", memory.UsableBytes);
        writer.WriteNumber("bandwidth_bytes_per_second", memory.BandwidthBytesPerSecond);
        CatalogJson.WriteProvenance(writer, memory.Provenance);
        writer.WriteEndObject();
    }

    private static void WriteCompute(Utf8JsonWriter writer, GpuCompute compute)
    {
        writer.WriteStartObject("compute");
        foreach ((string format, double? rate) in RatesOf(compute))
        {
            CatalogJson.WriteNumber(writer, $"{format}_operations_per_second", rate);
        }

        CatalogJson.WriteProvenance(writer, compute.Provenance);
        writer.WriteEndObject();
    }

    private static void WriteLinks(Utf8JsonWriter writer, GpuLinks links)
    {
        writer.WriteStartObject("links");
        writer.WriteString("scale_up_kind", links.ScaleUpKind);
        CatalogJson.WriteNumber(writer, "scale_up_bytes_per_second", links.ScaleUpBytesPerSecond);
        writer.WriteNumber("scale_up_devices", links.ScaleUpDevices);
        CatalogJson.WriteNumber(writer, "pcie_bytes_per_second", links.PcieBytesPerSecond);
        CatalogJson.WriteNumber(writer, "pcie_host_to_device_bytes_per_second", links.PcieHostToDeviceBytesPerSecond);
        CatalogJson.WriteNumber(writer, "scale_out_bytes_per_second", links.ScaleOutBytesPerSecond);
        CatalogJson.WriteProvenance(writer, links.Provenance);
        writer.WriteEndObject();
    }

    private static void WritePower(Utf8JsonWriter writer, GpuPower power)
    {
        writer.WriteStartObject("power");
        CatalogJson.WriteNumber(writer, "limit_watts", power.LimitWatts);
        CatalogJson.WriteNumber(writer, "idle_watts", power.IdleWatts);
        CatalogJson.WriteNumber(writer, "idle_loaded_watts", power.IdleLoadedWatts);
        CatalogJson.WriteProvenance(writer, power.Provenance);
        writer.WriteEndObject();
    }

    private static void WriteDecodePower(Utf8JsonWriter writer, DecodePower? power)
    {
        if (power is null)
        {
            writer.WriteNull("decode_power");
            return;
        }

        writer.WriteStartObject("decode_power");
        writer.WriteStartArray("rows");
        foreach (DecodePowerRow row in power.Rows)
        {
            writer.WriteStartObject();
            writer.WriteNumber("running_requests", row.RunningRequests);
            writer.WriteNumber("watts", row.Watts);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        CatalogJson.WriteProvenance(writer, power.Provenance);
        writer.WriteEndObject();
    }

    private static void WritePrice(Utf8JsonWriter writer, GpuPrice? price)
    {
        if (price is null)
        {
            writer.WriteNull("price");
            return;
        }

        writer.WriteStartObject("price");
        writer.WriteString("date", CatalogJson.DayOf(price.Date));
        CatalogJson.WriteNumber(writer, "low_dollars_per_hour", price.LowDollarsPerHour);
        CatalogJson.WriteNumber(writer, "median_dollars_per_hour", price.MedianDollarsPerHour);
        CatalogJson.WriteNumber(writer, "high_dollars_per_hour", price.HighDollarsPerHour);
        CatalogJson.WriteNumber(writer, "spot_low_dollars_per_hour", price.SpotLowDollarsPerHour);
        CatalogJson.WriteNumber(writer, "spot_median_dollars_per_hour", price.SpotMedianDollarsPerHour);
        CatalogJson.WriteProvenance(writer, price.Provenance);
        writer.WriteEndObject();
    }
}
