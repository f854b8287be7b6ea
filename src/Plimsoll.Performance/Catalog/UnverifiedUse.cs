using Plimsoll.Performance.Models;

namespace Plimsoll.Performance.Catalog;

/// <summary>Names the unverified numbers that a configuration rests on, so that a report can say so.</summary>
public static class UnverifiedUse
{
    /// <summary>One short note per unverified number used; empty when all are verified.</summary>
    public static IReadOnlyList<string> Notes(GpuSpec gpu, ModelSpec model, WeightFormat weights, int tensorParallel)
    {
        List<string> notes = [];
        Note(gpu.Memory.Provenance, "usable_bytes", $"memory size of {gpu.Id}", notes);
        Note(gpu.Memory.Provenance, "bandwidth_bytes_per_second", $"memory bandwidth of {gpu.Id}", notes);
        string rate = RateUsed(gpu.Compute, weights);
        Note(gpu.Compute.Provenance, $"{rate}_operations_per_second", $"peak {rate} rate of {gpu.Id}", notes);
        if (tensorParallel > 1)
        {
            Note(gpu.Links.Provenance, "scale_up_bytes_per_second", $"links of {gpu.Id}", notes);
            if (gpu.AllReduce is { Provenance.Verified: false })
            {
                notes.Add($"all-reduce times of {gpu.Id} (taken from a device with the same links)");
            }
        }

        if (!model.Provenance.Verified)
        {
            notes.Add($"layer shape of {model.Id}");
        }

        return notes;
    }

    private static string RateUsed(GpuCompute compute, WeightFormat weights) => weights switch
    {
        WeightFormat.Fp8 when compute.Fp8 is not null => "fp8",
        WeightFormat.Nvfp4 when compute.Fp4 is not null => "fp4",
        WeightFormat.Int8 when compute.Int8 > compute.SixteenBit => "int8",
        _ => compute.Bf16 is null ? "fp16" : "bf16",
    };

    private static void Note(Provenance provenance, string field, string what, List<string> notes)
    {
        if (!provenance.IsVerified(field))
        {
            notes.Add(what);
        }
    }
}
