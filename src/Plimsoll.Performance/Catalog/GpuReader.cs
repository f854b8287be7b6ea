using System.Globalization;
using Plimsoll.Performance.Reading;

namespace Plimsoll.Performance.Catalog;

/// <summary>Reads one accelerator entry.</summary>
internal static class GpuReader
{
    private const double MostRate = 1e18;
    private const double MostBandwidth = 1e15;
    private const double MostWatts = 1e5;
    private const double MostDollars = 1e5;

    public static GpuSpec Read(FieldReader entry)
    {
        var gpu = new GpuSpec
        {
            Id = entry.Text("id"),
            Name = entry.OptionalText("name") ?? entry.OptionalText("id") ?? "",
            Aliases = entry.Texts("aliases"),
            Vendor = entry.OptionalText("vendor") ?? "",
            Architecture = entry.OptionalText("architecture") ?? "",
            Memory = Memory(entry.RequiredObject("memory")),
            Compute = Compute(entry.RequiredObject("compute")),
            Clocks = Clocks(entry.Object("clocks")),
            Achieved = Achieved(entry.Object("achieved")),
            Links = Links(entry.Object("links")),
            AllReduce = AllReduce(entry.Object("all_reduce")),
            Power = Power(entry.Object("power")),
            DecodePower = DecodePower(entry.Object("decode_power")),
            Price = Price(entry.Object("price")),
        };
        entry.ReportUnknown();
        return gpu;
    }

    /// <summary>The record of sources that every group carries; the user's own numbers need none.</summary>
    internal static Provenance ProvenanceOf(FieldReader group)
    {
        IReadOnlyList<string> sources = group.Texts("source");
        return new Provenance(sources.Count > 0 ? sources : ["user"], group.Flag("verified", otherwise: true), group.Texts("unverified"));
    }

    private static GpuMemory Memory(FieldReader? group)
    {
        if (group is null)
        {
            return new GpuMemory("", 0, 0, new Provenance([], false, []));
        }

        var memory = new GpuMemory(
            group.OptionalText("kind") ?? "",
            group.Whole("usable_bytes", 1L << 28, 1L << 44),
            group.Number("bandwidth_bytes_per_second", 1e9, MostBandwidth),
            ProvenanceOf(group));
        group.ReportUnknown();
        return memory;
    }

    private static GpuCompute Compute(FieldReader? group)
    {
        if (group is null)
        {
            return new GpuCompute(null, null, null, null, null, null, null, new Provenance([], false, []));
        }

        var compute = new GpuCompute(
            Rate(group, "fp32"),
            Rate(group, "tf32"),
            Rate(group, "bf16"),
            Rate(group, "fp16"),
            Rate(group, "fp8"),
            Rate(group, "int8"),
            Rate(group, "fp4"),
            ProvenanceOf(group));
        if (!group.Has("bf16_operations_per_second") && !group.Has("fp16_operations_per_second"))
        {
            group.Report("bf16_operations_per_second", "missing: the dense 16-bit rate (bf16 or fp16) is needed");
        }

        group.ReportUnknown();
        return compute;
    }

    private static double? Rate(FieldReader group, string format) => group.OptionalNumber($"{format}_operations_per_second", 1e9, MostRate);

    private static GpuClocks? Clocks(FieldReader? group)
    {
        if (group is null)
        {
            return null;
        }

        var clocks = new GpuClocks(
            group.Whole("units", 1, 1_000_000),
            group.Number("fp16_operations_per_clock_per_unit", 1, 1e9),
            group.Number("tensor_clock_hertz", 1e6, 1e11),
            ProvenanceOf(group));
        group.ReportUnknown();
        return clocks;
    }

    private static GpuAchieved? Achieved(FieldReader? group)
    {
        if (group is null)
        {
            return null;
        }

        var achieved = new GpuAchieved(
            group.OptionalNumber("bf16_gemm_operations_per_second", 1e9, MostRate),
            group.OptionalNumber("fp8_gemm_operations_per_second", 1e9, MostRate),
            group.OptionalNumber("weight_read_bytes_per_second", 1e6, MostBandwidth),
            ProvenanceOf(group));
        group.ReportUnknown();
        return achieved;
    }

    private static GpuLinks Links(FieldReader? group)
    {
        if (group is null)
        {
            return new GpuLinks("none", null, null, 1, false, null, null, null, new Provenance([], true, []));
        }

        var links = new GpuLinks(
            group.OptionalText("scale_up_kind") ?? "none",
            group.OptionalNumber("scale_up_bytes_per_second", 1e6, MostBandwidth),
            group.OptionalWhole("scale_up_links", 1, 10_000),
            group.OptionalWhole("scale_up_devices", 1, 1_000_000) ?? 1,
            group.Flag("full_mesh"),
            group.OptionalNumber("pcie_bytes_per_second", 1e6, MostBandwidth),
            group.OptionalNumber("pcie_host_to_device_bytes_per_second", 1e6, MostBandwidth),
            group.OptionalNumber("scale_out_bytes_per_second", 1e6, MostBandwidth),
            ProvenanceOf(group));
        group.ReportUnknown();
        return links;
    }

    private static AllReduceTimes? AllReduce(FieldReader? group)
    {
        if (group is null)
        {
            return null;
        }

        List<AllReduceRow> rows = [.. group.Objects("rows").Select(Row)];
        if (rows.Count == 0 || rows.Zip(rows.Skip(1)).Any(pair => pair.First.Devices >= pair.Second.Devices))
        {
            group.Report("rows", "must hold at least one row, in ascending order of devices");
        }

        var times = new AllReduceTimes(rows, ProvenanceOf(group));
        group.ReportUnknown();
        return times;
    }

    private static AllReduceRow Row(FieldReader row)
    {
        var read = new AllReduceRow(
            row.Whole("devices", 2, 1_000_000),
            row.Number("seconds_256_bytes", 1e-9, 1),
            row.Number("seconds_1_mebibyte", 1e-9, 1),
            row.Number("seconds_64_mebibytes", 1e-9, 10));
        if (read.At256BytesSeconds > read.At1MebibyteSeconds || read.At1MebibyteSeconds > read.At64MebibytesSeconds)
        {
            row.Report("seconds_1_mebibyte", "times must not fall with the size of the message");
        }

        row.ReportUnknown();
        return read;
    }

    private static GpuPower Power(FieldReader? group)
    {
        if (group is null)
        {
            return new GpuPower(null, null, null, new Provenance([], true, []));
        }

        var power = new GpuPower(
            group.OptionalNumber("limit_watts", 1, MostWatts),
            group.OptionalNumber("idle_watts", 0, MostWatts),
            group.OptionalNumber("idle_loaded_watts", 0, MostWatts),
            ProvenanceOf(group));
        group.ReportUnknown();
        return power;
    }

    private static DecodePower? DecodePower(FieldReader? group)
    {
        if (group is null)
        {
            return null;
        }

        List<DecodePowerRow> rows = [.. group.Objects("rows").Select(PowerRow)];
        if (rows.Count == 0 || rows.Zip(rows.Skip(1)).Any(pair => pair.First.RunningRequests >= pair.Second.RunningRequests))
        {
            group.Report("rows", "must hold at least one row, in ascending order of running requests");
        }

        var power = new DecodePower(rows, ProvenanceOf(group));
        group.ReportUnknown();
        return power;
    }

    private static DecodePowerRow PowerRow(FieldReader row)
    {
        var read = new DecodePowerRow(row.Number("running_requests", 1, 1_000_000), row.Number("watts", 1, MostWatts));
        row.ReportUnknown();
        return read;
    }

    private static GpuPrice? Price(FieldReader? group)
    {
        if (group is null)
        {
            return null;
        }

        if (!DateOnly.TryParseExact(group.Text("date"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date))
        {
            group.Report("date", "must be a day such as 2026-06-01: a price without its date is no fact");
        }

        double low = group.Number("low_dollars_per_hour", 0, MostDollars);
        var price = new GpuPrice(
            date,
            low,
            group.OptionalNumber("median_dollars_per_hour", 0, MostDollars),
            group.OptionalNumber("high_dollars_per_hour", 0, MostDollars) ?? low,
            group.OptionalNumber("spot_low_dollars_per_hour", 0, MostDollars),
            group.OptionalNumber("spot_median_dollars_per_hour", 0, MostDollars),
            ProvenanceOf(group));
        group.ReportUnknown();
        return price;
    }
}
